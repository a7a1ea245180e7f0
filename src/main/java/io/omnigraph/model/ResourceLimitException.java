package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configured limit (rows, bytes, memory, time) was exceeded; nothing was written. */
public class ResourceLimitException extends GraphException {

  private static final long serialVersionUID = 1L;

  public ResourceLimitException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public ResourceLimitException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public ResourceLimitException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.RESOURCE_LIMIT, code, message, context, cause);
  }
}
