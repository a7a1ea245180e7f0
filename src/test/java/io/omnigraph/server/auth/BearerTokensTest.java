package io.omnigraph.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.ActorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokensTest {

  @TempDir Path folder;

  @Test
  void eachTokenLeadsToItsOwnActor() {
    var tokens = BearerTokens.of(Map.of("act-a", "t1", "act-b", " t2 "));
    assertThat(tokens.authenticate("Bearer t1")).isEqualTo(new ActorId("act-a"));
    assertThat(tokens.authenticate("Bearer t2")).isEqualTo(new ActorId("act-b"));
  }

  @Test
  void aMissingHeaderAnotherSchemeAndLowerCaseBearerAreMissingTokens() {
    var tokens = BearerTokens.of(Map.of("act-a", "t1"));
    for (String header : new String[] {null, "Basic t1", "bearer t1", "Bearert1"}) {
      assertThatThrownBy(() -> tokens.authenticate(header))
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(401))
          .hasMessage("missing bearer token");
    }
  }

  @Test
  void anUnknownTokenIsInvalid() {
    var tokens = BearerTokens.of(Map.of("act-a", "t1"));
    for (String header : new String[] {"Bearer t", "Bearer t11", "Bearer ", "Bearer T1"}) {
      assertThatThrownBy(() -> tokens.authenticate(header)).hasMessage("invalid bearer token");
    }
  }

  @Test
  void blankAndRepeatedActorsAndTokensAreRefusedAtStartup() {
    assertThatThrownBy(() -> BearerTokens.of(Map.of(" ", "t"))).hasMessageContaining("blank actor");
    assertThatThrownBy(() -> BearerTokens.of(Map.of("a", " ")))
        .hasMessageContaining("'a' is blank");
    assertThatThrownBy(() -> BearerTokens.of(Map.of("a", "t", " a", "u")))
        .hasMessageContaining("duplicate");
    assertThatThrownBy(() -> BearerTokens.of(Map.of("a", "t", "b", "t")))
        .hasMessageContaining("'a' and 'b' have the same bearer token");
  }

  @Test
  void theSingleTokenAndTheFileAreMergedAndTheFileWinsOverInlineJson() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens.json"), "{\"act-a\": \"t1\"}");
    BearerTokens tokens =
        TokenSource.load(
            Map.of(
                TokenSource.TOKEN, "single",
                TokenSource.TOKENS_FILE, file.toString(),
                TokenSource.TOKENS_JSON, "{\"act-b\": \"t2\"}"));
    assertThat(tokens.size()).isEqualTo(2);
    assertThat(tokens.authenticate("Bearer single")).isEqualTo(new ActorId("default"));
    assertThat(tokens.authenticate("Bearer t1")).isEqualTo(new ActorId("act-a"));
    assertThatThrownBy(() -> tokens.authenticate("Bearer t2")).hasMessage("invalid bearer token");
  }

  @Test
  void anUnreadableOrMalformedSourceStopsTheStartWithoutShowingSecrets() {
    assertThatThrownBy(() -> TokenSource.load(Map.of(TokenSource.TOKENS_FILE, "/no/such/file")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("/no/such/file");
    assertThatThrownBy(() -> TokenSource.load(Map.of(TokenSource.TOKENS_JSON, "{\"a\": secret}")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("not valid JSON")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> TokenSource.load(Map.of(TokenSource.TOKENS_JSON, "[]")))
        .hasMessageContaining("expected a JSON object");
    assertThatThrownBy(() -> TokenSource.load(Map.of(TokenSource.TOKENS_JSON, "{\"a\": 1}")))
        .hasMessageContaining("'a' is not a string");
  }

  @Test
  void theSecretOfAnotherProviderIsRefusedInsteadOfBeingIgnored() {
    assertThatThrownBy(
            () ->
                TokenSource.load(
                    Map.of(TokenSource.AWS_SECRET, "arn", TokenSource.TOKEN, "single")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("not built in");
  }
}
