package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.server.auth.BearerTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest {

  private static final BearerTokens TOKENS = BearerTokens.of(Map.of("act-a", "t1", "act-b", "t2"));

  @TempDir static Path folder;

  @BeforeAll
  static void cluster() {
    Fixture.cluster(folder, "knowledge");
  }

  private static ServerOptions options() {
    return ServerOptions.of(folder.toString(), TOKENS, false).withOpen(Fixture.open());
  }

  @Test
  void withoutAPolicyCallersWithATokenReadAndNothingElse() {
    try (OmniGraphServer server = OmniGraphServer.start(options())) {
      Http anonymous = Http.to(server);
      Http act = anonymous.token("t1");

      assertThat(anonymous.get("/healthz").status()).isEqualTo(200);
      assertThat(anonymous.get("/openapi.json").text()).contains("bearer_token");
      for (Http refused :
          new Http[] {
            anonymous,
            anonymous.token("nope"),
            anonymous.with("Authorization", "bearer t1"),
            anonymous.with("Authorization", "Basic t1")
          }) {
        Http.Answer answer = refused.get("/graphs/knowledge/snapshot");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("code").asText()).isEqualTo("unauthorized");
      }
      assertThat(anonymous.get("/graphs/unknown/snapshot").status()).isEqualTo(401);
      assertThat(anonymous.get("/graphs").status()).isEqualTo(401);
      assertThat(act.get("/graphs/unknown/snapshot").status()).isEqualTo(404);

      for (String token : new String[] {"t1", "t2"}) {
        Http reader = anonymous.token(token);
        for (String path : new String[] {"snapshot", "branches", "schema", "commits", "queries"}) {
          assertThat(reader.get("/graphs/knowledge/" + path).status()).as(path).isEqualTo(200);
        }
        Http.Answer rows =
            reader.post(
                "/graphs/knowledge/query",
                "{\"query\": \"query q() { match { $p: Person } return { $p.name } }\"}");
        assertThat(rows.status()).as(rows.text()).isEqualTo(200);
      }

      for (String route :
          new String[] {"mutate", "change", "load", "ingest", "export", "branches"}) {
        Http.Answer answer = act.post("/graphs/knowledge/" + route, "not even JSON");
        assertThat(answer.status()).as(route).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("forbidden");
        assertThat(answer.error()).contains("default-deny");
      }
      assertThat(act.delete("/graphs/knowledge/branches/main").status()).isEqualTo(403);
      assertThat(act.get("/graphs").status()).isEqualTo(403);
      Http.Answer known = act.post("/graphs/knowledge/queries/everybody", "{}");
      Http.Answer unknown = act.post("/graphs/knowledge/queries/no_such", "{}");
      assertThat(known.status()).isEqualTo(404);
      assertThat(known.body()).isEqualTo(unknown.body());
    }
  }

  @ParameterizedTest
  @CsvSource({"admin", "act-b", "''"})
  void theActorOfACommitComesFromTheTokenWhateverTheClientSays(String claimed) {
    try (OmniGraphServer server =
        OmniGraphServer.start(options().withGuard(AccessGuard.ALLOW_ALL))) {
      Http act = Http.to(server).token("t1").with("X-Actor-Id", claimed);
      JsonNode output =
          act.post(
                  "/graphs/knowledge/queries/insert_person",
                  "{\"params\": {\"name\": \"claimed by " + claimed + "\"}, \"actor_id\": \"x\"}")
              .json();
      assertThat(output.path("actor_id").asText()).as(output.toString()).isEqualTo("act-a");
      assertThat(act.get("/graphs/knowledge/commits").json().at("/commits/0/actor_id").asText())
          .isEqualTo("act-a");
      assertThat(act.get("/graphs/knowledge/commits?actor=act-b").json().path("commits")).isEmpty();
      assertThat(act.get("/graphs/knowledge/commits?actor=act-a&limit=1").json().path("commits"))
          .hasSize(1);
    }
  }

  @Test
  void oneActorCannotTakeMoreThanItsShareAndOthersAreUnaffected() {
    try (OmniGraphServer server =
        OmniGraphServer.start(
            options().withGuard(AccessGuard.ALLOW_ALL).withAdmission(1, 1 << 20))) {
      Http act = Http.to(server).token("t1");
      var answers = new ArrayList<CompletableFuture<Http.Answer>>();
      for (int i = 0; i < 8; i++) {
        answers.add(
            act.postAsync(
                "/graphs/knowledge/queries/insert_person",
                "{\"params\": {\"name\": \"share-" + i + "\"}}"));
      }
      Http.Answer other =
          Http.to(server)
              .token("t2")
              .post(
                  "/graphs/knowledge/queries/insert_person", "{\"params\": {\"name\": \"other\"}}");
      assertThat(other.status()).as(other.text()).isEqualTo(200);
      int refused = 0;
      for (var future : answers) {
        Http.Answer answer = future.join();
        assertThat(answer.status()).as(answer.text()).isIn(200, 429);
        if (answer.status() == 429) {
          refused++;
          assertThat(answer.header("Retry-After")).isEqualTo("60");
          assertThat(answer.json().path("code").asText()).isEqualTo("too_many_requests");
          assertThat(answer.error()).isEqualTo("actor in-flight count cap 1 exceeded");
        }
      }
      assertThat(refused).isPositive();
      assertThat(
              act.post(
                      "/graphs/knowledge/queries/insert_person",
                      "{\"params\": {\"name\": \"share-later\"}}")
                  .status())
          .isEqualTo(200);
    }
  }
}
