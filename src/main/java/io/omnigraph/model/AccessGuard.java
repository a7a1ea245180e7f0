package io.omnigraph.model;

/**
 * The door to policy: may this actor do this here? Implemented above the kernel, called by every
 * write the kernel performs. Thread-safe.
 */
@FunctionalInterface
public interface AccessGuard {

  /**
   * Returns normally if the access is allowed.
   *
   * @throws PolicyDeniedException if it is not
   */
  void check(Access access);

  /** Allows everything: embedded use without a policy. */
  AccessGuard ALLOW_ALL = access -> {};
}
