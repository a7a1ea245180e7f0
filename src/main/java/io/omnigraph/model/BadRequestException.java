package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request itself cannot be carried out: malformed, or its data breaks a rule. Repeating it
 * unchanged fails again.
 */
public class BadRequestException extends GraphException {

  private static final long serialVersionUID = 1L;

  public BadRequestException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public BadRequestException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public BadRequestException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.BAD_REQUEST, code, message, context, cause);
  }
}
