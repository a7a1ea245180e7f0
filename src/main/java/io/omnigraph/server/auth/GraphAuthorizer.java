package io.omnigraph.server.auth;

import io.omnigraph.model.Access;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.model.ActorId;
import org.jspecify.annotations.Nullable;

/**
 * Decides what callers may do to one graph, or to the server. Thread-safe. {@link #check} is the
 * exact decision and may be slow; {@link #checkPossible} is asked on an event loop before a body is
 * read.
 */
public interface GraphAuthorizer extends AccessGuard {

  /**
   * Returns if some branch could exist on which the actor may do this.
   *
   * @throws io.omnigraph.model.PolicyDeniedException if no branch could make it allowed
   */
  void checkPossible(Access.Action action, @Nullable ActorId actor);

  /** Wraps a guard that knows only exact decisions. */
  static GraphAuthorizer of(AccessGuard guard) {
    return new GraphAuthorizer() {
      @Override
      public void checkPossible(Access.Action action, @Nullable ActorId actor) {
        // Only the exact decision is known.
      }

      @Override
      public void check(Access access) {
        guard.check(access);
      }
    };
  }
}
