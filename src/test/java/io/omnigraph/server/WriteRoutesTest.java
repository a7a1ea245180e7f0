package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.Json;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes graphs, on an open server. Each test has names of its own. */
class WriteRoutesTest extends ServedTestBase {

  @BeforeAll
  static void start() {
    serve("alpha", "beta");
  }

  private static String insert(String name, int age) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("query", Fixture.QUERIES).put("name", "insert_person");
    body.putObject("params").put("name", name).put("age", age);
    return body.toString();
  }

  private static String load(String data, String branch, String from, String mode) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("data", data);
    if (branch != null) {
      body.put("branch", branch);
    }
    if (from != null) {
      body.put("from", from);
    }
    if (mode != null) {
      body.put("mode", mode);
    }
    return body.toString();
  }

  private static String person(String name) {
    return "{\"type\": \"Person\", \"data\": {\"name\": \"" + name + "\"}}\n";
  }

  private static int persons(String graph, String branch) {
    return http.post("/graphs/" + graph + "/queries/everybody", "{\"branch\": \"" + branch + "\"}")
        .json()
        .path("row_count")
        .asInt();
  }

  private static boolean knows(String graph, String name) {
    return http.post(
                "/graphs/" + graph + "/queries/find_person",
                "{\"params\": {\"name\": \"" + name + "\"}}")
            .json()
            .path("row_count")
            .asInt()
        == 1;
  }

  @Test
  void aMutationIsVisibleAtOnceAndNamesItsCommit() {
    Http.Answer answer = http.post("/graphs/alpha/mutate", insert("Erin", 40));
    JsonNode output = answer.json();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Deprecation")).isNull();
    assertThat(output.path("branch").asText()).isEqualTo("main");
    assertThat(output.path("query_name").asText()).isEqualTo("insert_person");
    assertThat(output.path("affected_nodes").asInt()).isEqualTo(1);
    assertThat(output.path("affected_edges").asInt()).isZero();
    assertThat(output.path("actor_id").isNull()).isTrue();
    assertThat(knows("alpha", "Erin")).isTrue();
    String commit = output.at("/commit/graph_commit_id").asText();
    assertThat(http.get("/graphs/alpha/commits/" + commit).json()).isEqualTo(output.path("commit"));
    assertThat(http.get("/graphs/alpha/snapshot").json().path("graph_commit_id").asText())
        .isNotEmpty();
  }

  @Test
  void theOlderChangeRouteTakesTheOlderNames() {
    String body =
        insert("Frank", 41)
            .replace("\"query\":", "\"query_source\":")
            .replace("\"name\":\"insert_person\"", "\"query_name\":\"insert_person\"");
    Http.Answer answer = http.post("/graphs/alpha/change", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Deprecation")).isEqualTo("true");
    assertThat(answer.header("Link")).isEqualTo("<mutate>; rel=\"successor-version\"");
    assertThat(knows("alpha", "Frank")).isTrue();
  }

  @Test
  void aStoredMutationRunsThroughItsName() {
    Http.Answer answer =
        http.post(
            "/graphs/alpha/queries/insert_person",
            "{\"params\": {\"name\": \"Grace\"}, \"expect_mutation\": true}");
    assertThat(answer.json().path("affected_nodes").asInt()).as(answer.text()).isEqualTo(1);
    assertThat(knows("alpha", "Grace")).isTrue();
  }

  @Test
  void aLoadCreatesItsBranchOnlyWhenAskedAndMissing() {
    JsonNode first =
        http.post(
                "/graphs/alpha/load",
                load(person("Heidi") + person("Ivan"), "loads/one", "main", "merge"))
            .json();
    assertThat(first.path("branch_created").asBoolean()).as(first.toString()).isTrue();
    assertThat(first.path("base_branch").asText()).isEqualTo("main");
    assertThat(first.path("mode").asText()).isEqualTo("merge");
    assertThat(first.path("tables").toString())
        .isEqualTo("[{\"table_key\":\"node:Person\",\"rows_loaded\":2}]");
    JsonNode again =
        http.post("/graphs/alpha/load", load(person("Heidi"), "loads/one", "other", null)).json();
    assertThat(again.path("branch_created").asBoolean()).isFalse();
    assertThat(again.path("base_branch").asText()).isEqualTo("other");
    JsonNode plain =
        http.post("/graphs/alpha/load", load(person("Heidi"), "loads/one", null, null)).json();
    assertThat(plain.path("base_branch").isNull()).isTrue();
    assertThat(knows("alpha", "Heidi")).isFalse();
    Http.Answer missing =
        http.post("/graphs/alpha/load", load(person("Judy"), "loads/none", null, null));
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.error())
        .isEqualTo("branch 'loads/none' not found; pass `from` to create it");
    assertThat(http.get("/graphs/alpha/branches").text()).doesNotContain("loads/none");
  }

  @Test
  void theOlderIngestRouteSaysWhatReplacesIt() {
    Http.Answer answer = http.post("/graphs/alpha/ingest", load(person("Karl"), null, null, null));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Link")).isEqualTo("<load>; rel=\"successor-version\"");
  }

  @Test
  void recordsMayBeStreamedAsLines() {
    Http.Answer answer =
        http.send(
            "POST",
            "/graphs/alpha/load/ndjson?branch=lines&from=main&mode=append",
            "application/x-ndjson",
            (person("Laura") + person("Mallory")).getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/tables/0/rows_loaded").asInt()).isEqualTo(2);
    assertThat(
            http.send("POST", "/graphs/alpha/load/ndjson", "application/json", new byte[0])
                .status())
        .isEqualTo(415);
    Http.Answer mode =
        http.send(
            "POST", "/graphs/alpha/load/ndjson?mode=upsert", "application/x-ndjson", new byte[0]);
    assertThat(mode.status()).isEqualTo(422);
    assertThat(mode.error()).contains("unknown load mode 'upsert'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type": "Nobody", "data": {}}                              | record 1
          {"type": "Person", "data": {"name": "Zed"}}{"type"          | record 2
          {"type": "Person", "data": {"name": "Zed", "age": "old"}}   | age
          {"type": "Person", "data": {"age": 3}}                      | name
          {"edge": "Knows", "from": "Alice"}                          | record 1
          {"edge": "Knows", "from": "Alice", "to": "Nobody"}          | Nobody
          nonsense                                                    | record 1
          """)
  void aBrokenRecordIsNamedAndNothingOfTheLoadStays(String data, String text) {
    Http.Answer answer =
        http.post("/graphs/beta/load", load(person("Zoe") + data, null, null, "merge"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error())
        .contains(text.replace("record 2", "record 3").replace("record 1", "record 2"));
    assertThat(knows("beta", "Zoe")).isFalse();
  }

  @Test
  void bodiesBeyondTheLimitsAreRefusedAndTheConnectionStaysUsable() {
    String big = "x".repeat(1_100_000);
    Http.Answer answer = http.post("/graphs/alpha/mutate", "{\"query\": \"" + big + "\"}");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().at("/detail/context/limit").asLong()).isEqualTo(1L << 20);
    assertThat(answer.json().path("code").asText()).isEqualTo("bad_request");
    String comment = " ".repeat(5 << 20);
    Http.Answer five =
        http.post("/graphs/alpha/load", load(person("Nina") + comment, null, null, null));
    assertThat(five.status()).as(five.text()).isEqualTo(200);
    assertThat(http.post("/graphs/alpha/load", "x".repeat(33 << 20)).status()).isEqualTo(413);
    assertThat(http.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void aBodyOfUndeclaredLengthIsBoundedToo() {
    String piece = "10000\r\n" + "x".repeat(65_536) + "\r\n";
    Http.Answer answer =
        Raw.send(
            server,
            "POST /graphs/alpha/mutate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + piece.repeat(20)
                + "0\r\n\r\n");
    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void branchesAreCreatedListedSortedAndDeleted() {
    JsonNode created = http.post("/graphs/beta/branches", "{\"name\": \"feature\"}").json();
    assertThat(created.path("from").asText()).as(created.toString()).isEqualTo("main");
    assertThat(created.path("name").asText()).isEqualTo("feature");
    assertThat(http.get("/graphs/beta/branches").text())
        .isEqualTo("{\"branches\":[\"feature\",\"main\"]}");
    Http.Answer again = http.post("/graphs/beta/branches", "{\"name\": \"feature\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().path("code").asText()).isEqualTo("conflict");
    assertThat(http.delete("/graphs/beta/branches/feature").json().path("name").asText())
        .isEqualTo("feature");
    assertThat(http.delete("/graphs/beta/branches/feature").status()).isEqualTo(404);
    Http.Answer main = http.delete("/graphs/beta/branches/main");
    assertThat(main.status()).isEqualTo(400);
    assertThat(http.post("/graphs/beta/branches", "{\"name\": \"a b\"}").status()).isEqualTo(400);
    assertThat(http.post("/graphs/beta/branches", "{\"name\": \"x\", \"from\": \"nope\"}").status())
        .isEqualTo(404);
  }

  @Test
  void aBranchWithASlashIsOnePercentEncodedSegment() {
    http.post("/graphs/beta/branches", "{\"name\": \"etl/run-1\"}");
    Http.Answer answer = http.delete("/graphs/beta/branches/etl%2Frun-1");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("name").asText()).isEqualTo("etl/run-1");
  }

  @Test
  void graphsDoNotSeeEachOther() {
    http.post("/graphs/alpha/mutate", insert("Oscar", 1));
    assertThat(knows("alpha", "Oscar")).isTrue();
    assertThat(knows("beta", "Oscar")).isFalse();
  }

  @Test
  void parallelInsertsOfDistinctKeysAllSucceed() {
    http.post("/graphs/alpha/branches", "{\"name\": \"parallel\"}");
    int before = persons("alpha", "parallel");
    var answers = new ArrayList<CompletableFuture<Http.Answer>>();
    for (int i = 0; i < 12; i++) {
      String body = insert("parallel-" + i, i);
      answers.add(
          http.postAsync(
              "/graphs/alpha/mutate",
              body.substring(0, body.length() - 1) + ",\"branch\":\"parallel\"}"));
    }
    List<Integer> statuses = answers.stream().map(a -> a.join().status()).distinct().toList();
    assertThat(statuses).containsExactly(200);
    assertThat(persons("alpha", "parallel")).isEqualTo(before + 12);
  }

  @Test
  void parallelUpdatesOfOneRowSucceedOrConflictAndNoneIsLost() {
    String update =
        "query u($age: I32) { update Person set { age: $age } where name = \\\"Bob\\\" }";
    var answers = new ArrayList<CompletableFuture<Http.Answer>>();
    for (int i = 0; i < 8; i++) {
      answers.add(
          http.postAsync(
              "/graphs/alpha/mutate",
              "{\"query\": \"" + update + "\", \"params\": {\"age\": " + (100 + i) + "}}"));
    }
    int succeeded = 0;
    for (var future : answers) {
      Http.Answer answer = future.join();
      assertThat(answer.status()).as(answer.text()).isIn(200, 409);
      if (answer.status() == 200) {
        succeeded++;
      } else {
        assertThat(answer.json().at("/manifest_conflict/table_key").asText())
            .isEqualTo("node:Person");
      }
    }
    assertThat(succeeded).isPositive();
  }

  @Test
  void aWriteRunsToItsEndWhenTheClientLeavesAtOnce() throws IOException, InterruptedException {
    String body = insert("Peggy", 50);
    try (var socket = new Socket(server.host(), server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /graphs/alpha/mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    }
    assertThat(eventually(() -> knows("alpha", "Peggy"))).isTrue();
  }

  private static boolean eventually(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }
}
