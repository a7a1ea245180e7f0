package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request contradicts the current state of the graph; refreshing and trying again may succeed.
 */
public class ConflictException extends GraphException {

  private static final long serialVersionUID = 1L;

  public ConflictException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public ConflictException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public ConflictException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.CONFLICT, code, message, context, cause);
  }
}
