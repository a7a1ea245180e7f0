package io.omnigraph.server.auth;

import io.omnigraph.model.Access;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.PolicyDeniedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server allows while no policy is attached. */
public enum ServerMode implements GraphAuthorizer {

  /** Everything on graphs, to anybody. */
  OPEN {
    @Override
    public void checkPossible(Access.Action action, @Nullable ActorId actor) {
      if (action == Access.Action.GRAPH_LIST) {
        throw serverScoped(action, actor);
      }
    }
  },

  /** Reads to whoever has a token, nothing else. */
  DEFAULT_DENY {
    @Override
    public void checkPossible(Access.Action action, @Nullable ActorId actor) {
      switch (action) {
        case READ -> {
          if (actor == null) {
            throw new PolicyDeniedException(
                "policy_denied", "an anonymous caller may not read (default-deny)");
          }
        }
        case GRAPH_LIST -> throw serverScoped(action, actor);
        case EXPORT,
            CHANGE,
            SCHEMA_APPLY,
            BRANCH_CREATE,
            BRANCH_DELETE,
            BRANCH_MERGE,
            INVOKE_QUERY,
            ADMIN ->
            throw denied(
                action,
                actor,
                "no policy is configured, so the server is in default-deny mode: action '"
                    + action.word()
                    + "' is refused; only 'read' is allowed");
      }
    }
  };

  @Override
  public void check(Access access) {
    checkPossible(access.action(), access.actor());
  }

  /**
   * Picks the mode that tokens and flags lead to.
   *
   * @throws StartupException if there are no tokens and nobody asked for an open server
   */
  public static ServerMode choose(BearerTokens tokens, boolean unauthenticated) {
    if (!tokens.isEmpty()) {
      return DEFAULT_DENY;
    }
    if (unauthenticated) {
      return OPEN;
    }
    throw new StartupException(
        "refusing to start: no bearer tokens are configured, so every caller could do everything;"
            + " set "
            + TokenSource.TOKENS_FILE
            + ", or pass --unauthenticated (OMNIGRAPH_UNAUTHENTICATED=1) to run an open server on"
            + " purpose");
  }

  private static PolicyDeniedException serverScoped(Access.Action action, @Nullable ActorId actor) {
    return denied(
        action,
        actor,
        "action '"
            + action.word()
            + "' concerns the whole server and needs a server policy (default-deny)");
  }

  private static PolicyDeniedException denied(
      Access.Action action, @Nullable ActorId actor, String message) {
    return new PolicyDeniedException(
        "policy_denied",
        message,
        actor == null
            ? Map.of("action", action.word())
            : Map.of("action", action.word(), "actor", actor.value()));
  }
}
