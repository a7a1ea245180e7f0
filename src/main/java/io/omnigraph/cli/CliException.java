package io.omnigraph.cli;

/** Ends a command with a message on standard error and an exit code. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final boolean rendered;

  CliException(String message) {
    this(message, ExitCodes.FAILURE);
  }

  CliException(String message, int exitCode) {
    this(message, exitCode, false);
  }

  private CliException(String message, int exitCode, boolean rendered) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.rendered = rendered;
  }

  /** With a text that is complete: diagnostics with their source lines. */
  static CliException rendered(String text) {
    return new CliException(text, ExitCodes.FAILURE, true);
  }

  static CliException usage(String message) {
    return new CliException(message, ExitCodes.USAGE);
  }

  /** The text for standard error, with its final newline. */
  String display() {
    return rendered ? getMessage() : "error: " + getMessage() + "\n";
  }

  int exitCode() {
    return exitCode;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
