package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query is well typed but cannot be planned. */
public class PlanException extends GraphException {

  private static final long serialVersionUID = 1L;

  public PlanException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public PlanException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public PlanException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.PLAN, code, message, context, cause);
  }
}
