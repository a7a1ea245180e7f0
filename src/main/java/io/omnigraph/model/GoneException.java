package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requested version of the past has been removed by cleanup. */
public class GoneException extends GraphException {

  private static final long serialVersionUID = 1L;

  public GoneException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public GoneException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public GoneException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.GONE, code, message, context, cause);
  }
}
