package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An earlier write must be settled by recovery before this operation can run; try again shortly.
 */
public class RecoveryRequiredException extends GraphException {

  private static final long serialVersionUID = 1L;

  public RecoveryRequiredException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public RecoveryRequiredException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public RecoveryRequiredException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.RECOVERY_REQUIRED, code, message, context, cause);
  }
}
