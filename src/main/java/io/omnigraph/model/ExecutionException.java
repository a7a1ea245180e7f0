package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query failed while running. */
public class ExecutionException extends GraphException {

  private static final long serialVersionUID = 1L;

  public ExecutionException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public ExecutionException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public ExecutionException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.EXECUTION, code, message, context, cause);
  }
}
