package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition the caller attached to a write does not hold; nothing was written. */
public class PreconditionFailedException extends GraphException {

  private static final long serialVersionUID = 1L;

  public PreconditionFailedException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public PreconditionFailedException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public PreconditionFailedException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.PRECONDITION_FAILED, code, message, context, cause);
  }
}
