package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that hold only on a known head, and writes that may be repeated. */
class ConditionalWriteTest extends ServedTestBase {

  private static final String G = "/graphs/alpha";

  @BeforeAll
  static void start() {
    serve("alpha");
  }

  private static String insert(String name) {
    return """
    {"query": "query i() { insert Person { name: \\"%s\\" } }"}\
    """
        .formatted(name);
  }

  private static String head() {
    return http.get(G + "/commits?limit=1").json().at("/commits/0/graph_commit_id").asText();
  }

  private static long people(String name) {
    return http.post(G + "/queries/find_person", "{\"params\": {\"name\": \"%s\"}}".formatted(name))
        .json()
        .path("row_count")
        .asLong();
  }

  @Test
  void aMutationOnTheHeadIsDoneAndNamesItsCommitAndItsOperation() {
    Http.Answer answer =
        http.with("Omnigraph-If-Graph-Commit", head())
            .post(G + "/mutate/if-graph-commit", insert("Ifa"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/commit/graph_commit_id").asText()).isEqualTo(head());
    assertThat(answer.json().path("operation_id").asText())
        .hasSize(26)
        .isEqualTo(answer.header("Omnigraph-Operation-Id"));
    assertThat(answer.json().path("replayed").asBoolean()).isFalse();
  }

  @Test
  void aMutationOnAnOlderHeadWritesNothingAndSaysBothCommits() {
    String old = head();
    http.post(G + "/mutate", insert("Between"));
    String now = head();
    Http.Answer answer =
        http.with("Omnigraph-If-Graph-Commit", old)
            .post(G + "/mutate/if-graph-commit", insert("Never"));
    assertThat(answer.status()).isEqualTo(412);
    JsonNode body = answer.json();
    assertThat(body.at("/precondition_failure/expected").asText()).isEqualTo(old);
    assertThat(body.at("/precondition_failure/actual").asText()).isEqualTo(now);
    assertThat(body.has("code")).isFalse();
    assertThat(people("Never")).isZero();
    assertThat(head()).isEqualTo(now);
  }

  @Test
  void aStoredMutationTakesTheSameConditionAndAStoredReadNone() {
    String old = head();
    String body = "{\"params\": {\"name\": \"Stored\"}}";
    Http conditional = http.with("Omnigraph-If-Graph-Commit", old);
    assertThat(conditional.post(G + "/queries/insert_person/if-graph-commit", body).status())
        .isEqualTo(200);
    assertThat(conditional.post(G + "/queries/insert_person/if-graph-commit", body).status())
        .isEqualTo(412);
    Http.Answer read = conditional.post(G + "/queries/everybody/if-graph-commit", "{}");
    assertThat(read.status()).isEqualTo(400);
    assertThat(read.error()).contains("is a read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"",
        "W/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV, 01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "head"
      })
  void aConditionThatIsNotOnePlainIdIsRefused(String condition) {
    Http.Answer answer =
        http.with("Omnigraph-If-Graph-Commit", condition)
            .post(G + "/mutate/if-graph-commit", insert("Bad"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(people("Bad")).isZero();
  }

  @Test
  void theConditionIsRequiredOnItsRouteAndRefusedOnOthers() {
    assertThat(http.post(G + "/mutate/if-graph-commit", insert("Bad")).status()).isEqualTo(400);
    Http conditional = http.with("Omnigraph-If-Graph-Commit", head());
    for (String route : new String[] {"/mutate", "/change", "/query", "/branches"}) {
      Http.Answer answer = conditional.post(G + route, insert("Bad"));
      assertThat(answer.status()).as(route).isEqualTo(400);
      assertThat(answer.json().at("/detail/code").asText()).isEqualTo("condition_not_supported");
    }
    assertThat(people("Bad")).isZero();
  }

  @Test
  void aRepeatedMutationIsDoneOnceAndAnsweredAlike() {
    Http keyed = http.with("Idempotency-Key", "mutate-1");
    JsonNode first = keyed.post(G + "/mutate", insert("Once")).json();
    String head = head();
    JsonNode second = keyed.post(G + "/mutate", insert("Once")).json();
    assertThat(second.path("replayed").asBoolean()).isTrue();
    assertThat(second.path("affected_nodes")).isEqualTo(first.path("affected_nodes"));
    assertThat(second.path("commit")).isEqualTo(first.path("commit"));
    assertThat(second.path("operation_id")).isEqualTo(first.path("operation_id"));
    assertThat(head()).isEqualTo(head);
  }

  @Test
  void aKeyThatWasUsedForAnotherRequestIsAConflict() {
    Http keyed = http.with("Idempotency-Key", "mutate-2");
    assertThat(keyed.post(G + "/mutate", insert("First")).status()).isEqualTo(200);
    Http.Answer answer = keyed.post(G + "/mutate", insert("Second"));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().at("/detail/code").asText()).isEqualTo("idempotency_key_reused");
    assertThat(people("Second")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"/load, load-key", "/load/ndjson, ndjson-key"})
  void aRepeatedLoadIsDoneOnce(String route, String key) {
    String record = "{\"type\":\"Company\",\"data\":{\"name\":\"" + key + "\"}}";
    boolean lines = route.endsWith("ndjson");
    byte[] body =
        (lines
                ? record + "\n"
                : io.omnigraph.api.Json.MAPPER
                    .createObjectNode()
                    .put("data", record)
                    .put("mode", "append")
                    .toString())
            .getBytes(StandardCharsets.UTF_8);
    String path = G + route + (lines ? "?mode=append" : "");
    String type = lines ? "application/x-ndjson" : "application/json";
    Http keyed = http.with("Idempotency-Key", key);
    JsonNode first = keyed.send("POST", path, type, body).json();
    JsonNode again = keyed.send("POST", path, type, body).json();
    // An append that ran twice would be a conflict of keys.
    assertThat(first.path("replayed").asBoolean()).isFalse();
    assertThat(again.path("replayed").asBoolean()).isTrue();
    assertThat(again.path("tables")).isEqualTo(first.path("tables"));
    assertThat(again.path("commit")).isEqualTo(first.path("commit"));
  }

  @Test
  void theKeyIsRefusedWhereItWouldHaveNoEffect() {
    Http.Answer answer =
        http.with("Idempotency-Key", "b").post(G + "/branches", "{\"name\": \"keyed\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(http.get(G + "/branches").json().path("branches").toString())
        .doesNotContain("keyed");
    assertThat(http.with("Idempotency-Key", "a b").post(G + "/mutate", insert("Bad")).status())
        .isEqualTo(400);
  }

  @Test
  void aKeyIsRememberedWhenTheServerWasRestarted(@TempDir Path other) {
    Fixture.cluster(other, "beta");
    JsonNode first;
    try (OmniGraphServer once = OmniGraphServer.start(Fixture.openServer(other))) {
      first =
          Http.to(once)
              .with("Idempotency-Key", "k")
              .post("/graphs/beta/mutate", insert("Kept"))
              .json();
    }
    try (OmniGraphServer again = OmniGraphServer.start(Fixture.openServer(other))) {
      JsonNode second =
          Http.to(again)
              .with("Idempotency-Key", "k")
              .post("/graphs/beta/mutate", insert("Kept"))
              .json();
      assertThat(second.path("replayed").asBoolean()).isTrue();
      assertThat(second.path("commit")).isEqualTo(first.path("commit"));
      assertThat(second.path("operation_id")).isEqualTo(first.path("operation_id"));
    }
  }

  @Test
  void theCommandLineTakesBothHereAndOnAServer(@TempDir Path other) {
    Fixture.cluster(other, "gamma");
    String store = Fixture.root(other, "gamma");
    String[] local = {"--store", store};
    String url = "http://" + server.host() + ":" + server.port();
    String[] served = {"--server", url, "--graph", "alpha"};
    for (String[] target : new String[][] {local, served}) {
      CliRun first = mutate(other, target, "Cli", "--idempotency-key", "cli-1");
      assertThat(first.code()).as(first.err()).isZero();
      CliRun again = mutate(other, target, "Cli", "--idempotency-key", "cli-1");
      assertThat(again.out()).contains("\"replayed\": true");
      String commit = first.json().at("/commit/graph_commit_id").asText();
      assertThat(mutate(other, target, "Cli2", "--if-commit", commit).code()).isZero();
      CliRun late = mutate(other, target, "Cli3", "--if-commit", commit);
      assertThat(late.code()).as(late.err()).isEqualTo(4);
      assertThat(late.err()).contains("nothing was written");
    }
  }

  private static CliRun mutate(Path in, String[] target, String name, String... options) {
    var arguments = new java.util.ArrayList<String>();
    arguments.add("mutate");
    arguments.addAll(java.util.List.of(target));
    arguments.addAll(java.util.List.of(options));
    arguments.addAll(
        java.util.List.of(
            "-e", "query i() { insert Person { name: \"" + name + "\" } }", "--json"));
    return CliRun.of(in, arguments.toArray(String[]::new));
  }
}
