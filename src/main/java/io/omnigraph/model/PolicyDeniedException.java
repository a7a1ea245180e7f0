package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policy does not allow the actor to do this. */
public class PolicyDeniedException extends GraphException {

  private static final long serialVersionUID = 1L;

  public PolicyDeniedException(String code, String message) {
    this(code, message, Map.of(), null);
  }

  public PolicyDeniedException(String code, String message, Map<String, ?> context) {
    this(code, message, context, null);
  }

  public PolicyDeniedException(
      String code, String message, Map<String, ?> context, @Nullable Throwable cause) {
    super(Kind.POLICY_DENIED, code, message, context, cause);
  }
}
