package io.omnigraph.cli;

import io.omnigraph.api.ErrorOutput;
import org.jspecify.annotations.Nullable;

/** Ends a command with a message on standard error and an exit code. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final boolean rendered;
  private final @Nullable String code;
  private final transient @Nullable ErrorOutput error;

  CliException(String message) {
    this(message, ExitCodes.FAILURE);
  }

  CliException(String message, int exitCode) {
    this(message, exitCode, null);
  }

  /**
   * @param code the stable code of a server's error; null if there is none
   */
  CliException(String message, int exitCode, @Nullable String code) {
    this(message, exitCode, false, code, null);
  }

  private CliException(
      String message,
      int exitCode,
      boolean rendered,
      @Nullable String code,
      @Nullable ErrorOutput error) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.rendered = rendered;
    this.code = code;
    this.error = error;
  }

  /** With a text that is complete: diagnostics with their source lines. */
  static CliException rendered(String text, ErrorOutput error) {
    return new CliException(text, ExitCodes.FAILURE, true, null, error);
  }

  /** What a server answered. */
  static CliException answered(ErrorOutput error, int exitCode) {
    ErrorOutput.Detail detail = error.detail();
    String code = detail == null ? null : detail.code();
    return new CliException(error.error(), exitCode, false, code, error);
  }

  /** The same failure in other words; the facts of a server's answer stay. */
  CliException reworded(String message) {
    return new CliException(
        message, exitCode, rendered, code, error == null ? null : error.withError(message));
  }

  /** The answer of a server that this reports; null if there is none. */
  @Nullable ErrorOutput error() {
    return error;
  }

  static CliException usage(String message) {
    return new CliException(message, ExitCodes.USAGE);
  }

  /** The text for standard error, with its final newline. */
  String display() {
    return rendered ? getMessage() : "error: " + getMessage() + "\n";
  }

  @Nullable String code() {
    return code;
  }

  int exitCode() {
    return exitCode;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
