package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An invariant of the engine is broken. Never expected; please report it. */
public class InternalException extends GraphException {

  private static final long serialVersionUID = 1L;

  public InternalException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public InternalException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public InternalException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.INTERNAL, code, message, context, cause);
  }
}
