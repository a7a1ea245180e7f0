package io.omnigraph.model;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The root of every error the engine reports. A stable {@link #code()} decides metric label and
 * machine handling, {@link #kind()} decides HTTP status and exit code, the message tells a person
 * what is wrong and what to do, {@link #context()} carries the facts typed.
 */
public abstract class GraphException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * The families of errors; each maps to one HTTP status and one exit code, in one place of the
   * shell.
   */
  public enum Kind {
    PARSE,
    TYPE,
    CATALOG,
    PLAN,
    EXECUTION,
    BAD_REQUEST,
    NOT_FOUND,
    CONFLICT,
    PRECONDITION_FAILED,
    POLICY_DENIED,
    RESOURCE_LIMIT,
    RECOVERY_REQUIRED,
    EXTERNAL_SOURCE,
    GONE,
    STORAGE,
    INTERNAL
  }

  private final Kind kind;
  private final String code;
  private final transient Map<String, Object> context;

  protected GraphException(
      Kind kind, String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.context = java.util.Collections.unmodifiableMap(new TreeMap<>(context));
  }

  public Kind kind() {
    return kind;
  }

  /** A stable snake_case word, unique per situation. */
  public String code() {
    return code;
  }

  /**
   * Facts about the situation by name, sorted; values are strings, numbers, booleans or lists of
   * these.
   */
  public Map<String, Object> context() {
    return context;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
