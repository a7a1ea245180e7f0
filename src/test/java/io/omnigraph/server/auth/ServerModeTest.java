package io.omnigraph.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.Access.Action;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.PolicyDeniedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerModeTest {

  private static final BearerTokens NONE = BearerTokens.of(Map.of());
  private static final BearerTokens SOME = BearerTokens.of(Map.of("act-a", "t1"));
  private static final ActorId ACTOR = new ActorId("act-a");

  @Test
  void withoutTokensAndWithoutTheFlagTheServerRefusesToStartAndNamesTheFlag() {
    assertThatThrownBy(() -> ServerMode.choose(NONE, false))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("--unauthenticated");
  }

  @Test
  void withoutTokensButWithTheFlagTheServerIsOpen() {
    assertThat(ServerMode.choose(NONE, true)).isEqualTo(ServerMode.OPEN);
  }

  @Test
  void withTokensTheServerDeniesByDefaultWhateverTheFlag() {
    assertThat(ServerMode.choose(SOME, false)).isEqualTo(ServerMode.DEFAULT_DENY);
    assertThat(ServerMode.choose(SOME, true)).isEqualTo(ServerMode.DEFAULT_DENY);
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void anOpenServerAllowsEverythingOnGraphsAndNothingOnTheServer(Action action) {
    if (action == Action.GRAPH_LIST) {
      assertThatThrownBy(() -> ServerMode.OPEN.checkPossible(action, null))
          .isInstanceOf(PolicyDeniedException.class);
    } else {
      assertThatCode(() -> ServerMode.OPEN.checkPossible(action, null)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void defaultDenyAllowsReadsOfKnownCallersOnly(Action action) {
    if (action == Action.READ) {
      assertThatCode(() -> ServerMode.DEFAULT_DENY.checkPossible(action, ACTOR))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> ServerMode.DEFAULT_DENY.checkPossible(action, null))
          .hasMessageContaining("default-deny");
    } else {
      assertThatThrownBy(() -> ServerMode.DEFAULT_DENY.checkPossible(action, ACTOR))
          .isInstanceOf(PolicyDeniedException.class)
          .hasMessageContaining("default-deny");
    }
  }
}
