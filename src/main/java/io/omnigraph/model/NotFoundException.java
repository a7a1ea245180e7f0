package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something named by the request does not exist. */
public class NotFoundException extends GraphException {

  private static final long serialVersionUID = 1L;

  public NotFoundException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public NotFoundException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public NotFoundException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.NOT_FOUND, code, message, context, cause);
  }
}
