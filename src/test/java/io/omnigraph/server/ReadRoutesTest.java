package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only reads, on an open server. */
class ReadRoutesTest {

  private static final String ADULTS =
      "query adults($min: I32) { match { $p: Person  $p.age > $min } return { $p.name, $p.age }"
          + " order { $p.age desc } }";

  @TempDir static Path folder;
  private static OmniGraphServer server;
  private static Http http;

  @BeforeAll
  static void start() {
    Fixture.cluster(folder, "knowledge");
    server = OmniGraphServer.start(Fixture.openServer(folder).withSourceVersion(null));
    http = Http.to(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Http.Answer query(String json) {
    return http.post("/graphs/knowledge/query", json);
  }

  private static String json(String query, String more) {
    return "{\"query\": " + io.omnigraph.api.Json.MAPPER.valueToTree(query) + more + "}";
  }

  @Test
  void aProbeMayAskForTheHeadOnly() {
    for (String path : new String[] {"/healthz", "/readyz", "/openapi.json"}) {
      Http.Answer head = http.send("HEAD", path, null, new byte[0]);
      assertThat(head.status()).as(path).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.header("content-length"))
          .isEqualTo(Integer.toString(http.get(path).body().length));
    }
    assertThat(http.get("/readyz").json().path("status").asText()).isEqualTo("ready");
  }

  @Test
  void healthTellsTheVersionAndTheStorageStamp() {
    JsonNode health = http.get("/healthz").json();
    assertThat(health.path("status").asText()).isEqualTo("ok");
    assertThat(health.path("version").asText()).isNotEmpty();
    assertThat(health.path("internal_schema_version").asInt()).isEqualTo(4);
    assertThat(health.has("source_version")).isFalse();
  }

  @Test
  void listingGraphsNeedsAServerPolicyEvenOnAnOpenServer() {
    Http.Answer answer = http.get("/graphs");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("code").asText()).isEqualTo("forbidden");
  }

  @Test
  void theServedDocumentOfAnOpenServerNamesNoSecurity() {
    Http.Answer answer = http.get("/openapi.json");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(answer.text()).doesNotContain("bearer_token");
  }

  @Test
  void aQueryAnswersRowsInProjectionOrderWithKeysByVariableAndProperty() {
    JsonNode output = query(json(ADULTS, ", \"params\": {\"min\": 27}")).json();
    assertThat(output.path("query_name").asText()).isEqualTo("adults");
    assertThat(output.path("row_count").asInt()).isEqualTo(3).isEqualTo(output.path("rows").size());
    assertThat(output.path("columns").toString()).isEqualTo("[\"p.name\",\"p.age\"]");
    assertThat(output.path("rows").path(0).toString())
        .isEqualTo("{\"p.name\":\"Charlie\",\"p.age\":35}");
    assertThat(output.path("target").toString())
        .isEqualTo("{\"branch\":\"main\",\"snapshot\":null}");
    assertThat(output.path("graph_commit_id").asText()).hasSize(26);
  }

  @Test
  void aSnapshotIsReadByItsCommitAndEchoed() {
    String commit =
        http.get("/graphs/knowledge/commits").json().at("/commits/0/graph_commit_id").asText();
    JsonNode output =
        query(json(ADULTS, ", \"params\": {\"min\": 0}, \"snapshot\": \"" + commit + "\"")).json();
    assertThat(output.path("row_count").asInt()).isEqualTo(4);
    assertThat(output.path("target").path("branch").isNull()).isTrue();
    assertThat(output.path("target").path("snapshot").asText()).isEqualTo(commit);

    String version = "manifest:main:v1";
    JsonNode first =
        query(json(ADULTS, ", \"params\": {\"min\": 0}, \"snapshot\": \"" + version + "\"")).json();
    assertThat(first.path("target").toString())
        .as("a read of the past does not look like one of the head")
        .isEqualTo("{\"branch\":null,\"snapshot\":\"" + version + "\"}");
  }

  @Test
  void aMutationIsTurnedAwayFromTheQueryRoute() {
    Http.Answer answer = query(json("query q() { insert Company { name: \"X\" } }", ""));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("contains mutations").contains("POST /mutate");
  }

  @Test
  void aReadIsTurnedAwayFromTheMutateRoute() {
    Http.Answer answer =
        http.post("/graphs/knowledge/mutate", json(ADULTS, ", \"params\": {\"min\": 0}"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("POST /query");
  }

  @Test
  void branchAndSnapshotTogetherAreRefused() {
    Http.Answer answer =
        query(json(ADULTS, ", \"branch\": \"main\", \"snapshot\": \"01ARZ3NDEKTSV4RRFFQ69G5FAV\""));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("request may specify branch or snapshot, not both");
  }

  @Test
  void oneOfSeveralQueriesMustBeNamedAndTheNameMustExist() {
    String two =
        "query a() { match { $p: Person } return { $p.name } }"
            + " query b() { match { $c: Company } return { $c.name } }";
    assertThat(query(json(two, "")).status()).isEqualTo(400);
    Http.Answer unknown = query(json(two, ", \"name\": \"c\""));
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.error()).contains("query 'c' not found");
    assertThat(query(json(two, ", \"name\": \"b\"")).json().path("row_count").asInt()).isEqualTo(2);
  }

  @Test
  void theOlderReadRouteWorksAndSaysWhatReplacesIt() {
    String source = io.omnigraph.api.Json.MAPPER.valueToTree(Fixture.QUERIES).toString();
    Http.Answer answer =
        http.post(
            "/graphs/knowledge/read",
            "{\"query_source\": " + source + ", \"query_name\": \"everybody\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Deprecation")).isEqualTo("true");
    assertThat(answer.header("Link")).isEqualTo("<query>; rel=\"successor-version\"");
    assertThat(answer.json().has("graph_commit_id")).isFalse();
    assertThat(query(json(ADULTS, ", \"params\": {\"min\": 1}")).header("Deprecation")).isNull();
  }

  @Test
  void aSnapshotListsTablesSortedByKeyWithTheirRows() {
    JsonNode snapshot = http.get("/graphs/knowledge/snapshot").json();
    var tables = new ArrayList<String>();
    snapshot
        .path("tables")
        .forEach(t -> tables.add(t.path("table_key").asText() + "=" + t.path("row_count").asInt()));
    assertThat(tables)
        .containsExactly("edge:Knows=3", "edge:WorksAt=2", "node:Company=2", "node:Person=4");
    assertThat(snapshot.path("manifest_version").asLong()).isPositive();
    assertThat(snapshot.path("internal_schema_version").asInt()).isEqualTo(4);
  }

  @Test
  void theSchemaComesBackAsItWasWritten() {
    assertThat(http.get("/graphs/knowledge/schema").json().path("schema_source").asText())
        .isEqualTo(Fixture.SCHEMA);
  }

  @Test
  void everyPublishIsOneCommitWithAParent() {
    JsonNode commits = http.get("/graphs/knowledge/commits").json().path("commits");
    assertThat(commits).hasSize(2);
    assertThat(commits.at("/0/kind").asText()).isEqualTo("load");
    assertThat(commits.at("/0/parent_commit_id")).isEqualTo(commits.at("/1/graph_commit_id"));
    assertThat(commits.at("/1/parent_commit_id").isNull()).isTrue();
    assertThat(commits.at("/0/manifest_branch").isNull()).isTrue();
    String id = commits.at("/0/graph_commit_id").asText();
    assertThat(http.get("/graphs/knowledge/commits/" + id).json()).isEqualTo(commits.path(0));
    JsonNode page = http.get("/graphs/knowledge/commits?limit=1").json();
    assertThat(page.path("commits")).hasSize(1);
    assertThat(page.path("next_after").asText()).isEqualTo(id);
    JsonNode rest = http.get("/graphs/knowledge/commits?limit=1&after=" + id).json();
    assertThat(rest.at("/commits/0")).isEqualTo(commits.path(1));
    assertThat(rest.has("next_after")).isFalse();
    assertThat(http.get("/graphs/knowledge/commits?actor=nobody").json().path("commits")).isEmpty();
  }

  @Test
  void theCatalogListsTypedParameters() {
    JsonNode queries = http.get("/graphs/knowledge/queries").json().path("queries");
    assertThat(queries).hasSize(3);
    assertThat(queries.path(0).toString())
        .isEqualTo(
            "{\"name\":\"everybody\",\"tool_name\":\"everybody\",\"mutation\":false,\"params\":[],"
                + "\"result\":[{\"name\":\"p.name\",\"kind\":\"string\",\"nullable\":false},"
                + "{\"name\":\"p.age\",\"kind\":\"int\",\"nullable\":true}],"
                + "\"reads\":[{\"kind\":\"node\",\"type_name\":\"Person\"}],\"writes\":[]}");
    assertThat(queries.path(1).path("description").asText()).isEqualTo("One person by name.");
    assertThat(queries.path(2).toString())
        .isEqualTo(
            "{\"name\":\"insert_person\",\"tool_name\":\"insert_person\",\"mutation\":true,"
                + "\"params\":[{\"name\":\"name\",\"kind\":\"string\",\"nullable\":false},"
                + "{\"name\":\"age\",\"kind\":\"int\",\"nullable\":true}],"
                + "\"reads\":[],\"writes\":[{\"kind\":\"node\",\"type_name\":\"Person\"}]}");
  }

  @Test
  void aStoredQueryRunsWithItsParameters() {
    Http.Answer answer =
        http.post("/graphs/knowledge/queries/find_person", "{\"params\": {\"name\": \"Alice\"}}");
    assertThat(answer.json().path("rows").toString())
        .isEqualTo("[{\"p.name\":\"Alice\",\"p.age\":30}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "null", "  "})
  void theBodyOfAnInvocationIsOptional(String body) {
    Http.Answer answer =
        http.send(
            "POST",
            "/graphs/knowledge/queries/everybody",
            null,
            body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("row_count").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          everybody     | {                              | 400 | invalid stored-query invocation body
          everybody     | []                             | 400 | invalid stored-query invocation body
          everybody     | {"params": 3}                  | 400 | invalid stored-query invocation body
          everybody     | {"expect_mutation": true}      | 400 | 'everybody' is a read — use omnigraph query everybody
          insert_person | {"expect_mutation": false}     | 400 | 'insert_person' is a mutation — use omnigraph mutate insert_person
          insert_person | {"snapshot": "01ARZ3NDEKTSV4RRFFQ69G5FAV"} | 400 | cannot run on a snapshot
          find_person   | {"params": {"name": 3}}        | 400 | name
          find_person   | {}                             | 400 | name
          no_such       | {}                             | 404 | stored query not found
          """)
  void aWrongInvocationIsExplained(String name, String body, int status, String text) {
    Http.Answer answer = http.post("/graphs/knowledge/queries/" + name, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.error()).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GET    | /nope                                    | 404 | no route GET /nope
          GET    | /snapshot                                | 404 | no route
          POST   | /graphs/knowledge/branches/merge        | 501 | merging branches is not supported yet
          GET    | /graphs/knowledge/changes               | 501 | change feed is not supported yet
          GET    | /graphs/knowledge/commits/stream        | 501 | not supported yet
          GET    | /graphs/knowledge/commits/x/changes     | 501 | not supported yet
          POST   | /graphs/knowledge/mcp                   | 501 | not supported yet
          POST   | /graphs/gamma/branches/merge            | 404 | graph 'gamma' not found
          POST   | /graphs/knowledge/schema/apply          | 409 | omnigraph cluster apply
          DELETE | /healthz                                 | 405 | allowed: GET
          GET    | /graphs/knowledge/query                  | 405 | allowed: POST
          POST   | /graphs/knowledge/snapshot               | 405 | allowed: GET
          PUT    | /graphs/knowledge/branches               | 405 | allowed: GET, POST
          GET    | /graphs/gamma/snapshot                   | 404 | graph 'gamma' not found
          GET    | /graphs/a_b/snapshot                     | 400 | invalid graph id 'a_b'
          GET    | /graphs/a.b/snapshot                     | 400 | invalid graph id 'a.b'
          GET    | /graphs/policies/snapshot                | 400 | invalid graph id
          GET    | /graphs/%zz/snapshot                     | 400 | percent-encoded
          GET    | /graphs/knowledge/snapshot?branch=nope   | 404 | branch 'nope' not found
          GET    | /graphs/knowledge/snapshot?branch=a//b   | 400 | invalid branch name
          GET    | /graphs/knowledge/snapshot?branch=a&branch=b | 400 | given more than once
          GET    | /graphs/knowledge/commits?limit=0        | 400 | from 1 to 10000
          GET    | /graphs/knowledge/commits?limit=ten      | 400 | from 1 to 10000
          GET    | /graphs/knowledge/commits?after=x        | 400 | invalid commit id
          GET    | /graphs/knowledge/commits/x              | 400 | invalid commit id
          GET    | /graphs/knowledge/commits/01ARZ3NDEKTSV4RRFFQ69G5FAV | 404 | not found
          """)
  void everyWrongUrlGetsOneErrorBody(String method, String path, int status, String text) {
    Http.Answer answer = Raw.request(server, method, path, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(answer.error()).contains(text);
    assertThat(answer.json().path("detail").path("code").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"query": "query q() {"}                                      | 400 | parse error
          {"query": "query q() { match { $p: Persn } return { $p.name } }"} | 400 | Persn
          {"query": "query q() { match { $p: Person } return { $p.nmae } }"} | 400 | nmae
          {"query": ""}                                                 | 400 |
          {"query": "query q($x: I32) { match { $p: Person  $p.age > $x } return { $p.name } }", "params": {"x": "one"}} | 400 | x
          {"query": "query q($x: I32) { match { $p: Person  $p.age > $x } return { $p.name } }"} | 400 | x
          {"query": "query q() { match { $p: Person } return { $p.name } }", "branch": "nope"} | 404 | nope
          {"query": "query q() { match { $p: Person } return { $p.name } }", "snapshot": "nope"} | 400 | invalid commit id
          {"query": "query q() { match { $p: Person } return { $p.name } }", "snapshot": "01ARZ3NDEKTSV4RRFFQ69G5FAV"} | 404 | 01ARZ3NDEKTSV4RRFFQ69G5FAV
          {"query": 1}                                                  | 422 | field `query`: expected a string
          {}                                                            | 422 | missing field `query`
          {                                                             | 400 | malformed JSON
          """)
  void everyWrongQueryIsExplained(String body, int status, String text) {
    Http.Answer answer = query(body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().path("code").asText())
        .isEqualTo(status == 404 ? "not_found" : "bad_request");
    assertThat(answer.error()).contains(text == null ? "" : text);
  }

  @Test
  void aQueryThatDoesNotCompileCarriesItsDiagnosticsWithPlaces() {
    JsonNode body =
        query(json("query q() {\n  match { $p: Person }\n  return { $p.nmae, $q.x }\n}", ""))
            .json();
    JsonNode first = body.at("/diagnostics/0");
    assertThat(first.at("/span/line").asInt()).isEqualTo(3);
    assertThat(first.at("/span/start").asInt()).isLessThan(first.at("/span/end").asInt());
    assertThat(first.path("code").asText()).isEqualTo("T6");
    assertThat(first.at("/span/column").asInt()).isEqualTo(15);
    assertThat(first.path("hint").asText()).isEqualTo("did you mean `name`?");
    assertThat(body.at("/diagnostics/1/span/column").asInt()).isEqualTo(21);
    assertThat(body.path("error")).isEqualTo(first.path("message"));
  }

  @Test
  void anotherMediaTypeIsRefusedAndNamed() {
    Http.Answer answer =
        http.send("POST", "/graphs/knowledge/query", "text/plain", "{}".getBytes());
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.error()).contains("application/json");
    assertThat(http.send("POST", "/graphs/knowledge/query", null, "{}".getBytes()).status())
        .isEqualTo(415);
    assertThat(
            http.send(
                    "POST",
                    "/graphs/knowledge/query",
                    "application/json; charset=utf-8",
                    json(ADULTS, ", \"params\": {\"min\": 1}").getBytes(StandardCharsets.UTF_8))
                .status())
        .isEqualTo(200);
  }

  @Test
  void fieldsThatNobodyKnowsAreReportedInAHeader() {
    Http.Answer answer = query(json(ADULTS, ", \"params\": {\"min\": 1}, \"limt\": 3"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Warning")).contains("unknown field 'limt' ignored");
    assertThat(http.get("/graphs/knowledge/snapshot?brnch=x").header("Warning"))
        .contains("unknown query parameter 'brnch' ignored");
  }

  @Test
  void rowsComeAsLinesOrAsArrowWhenAskedFor() {
    Http.Answer lines =
        http.with("Accept", "application/x-ndjson")
            .post("/graphs/knowledge/queries/everybody", "{}");
    assertThat(lines.header("content-type")).startsWith("application/x-ndjson");
    assertThat(lines.text().lines()).hasSize(4).first().asString().contains("Alice");
    assertThat(lines.header("Omnigraph-Query-Name")).isEqualTo("everybody");
    Http.Answer arrow =
        http.with("Accept", "application/vnd.apache.arrow.stream")
            .post("/graphs/knowledge/queries/everybody", "{}");
    assertThat(arrow.header("content-type")).isEqualTo("application/vnd.apache.arrow.stream");
    assertThat(arrow.body()).startsWith(0xFF, 0xFF, 0xFF, 0xFF);
  }

  @Test
  void anExportIsTheSameAsTheCommandLinesAndCanBeNarrowed() {
    Http.Answer all = http.post("/graphs/knowledge/export", "{}");
    assertThat(all.header("content-type")).isEqualTo("application/x-ndjson; charset=utf-8");
    assertThat(all.text())
        .isEqualTo(CliRun.ok(folder, "export", Fixture.root(folder, "knowledge")).out());
    assertThat(all.text().lines()).hasSize(11);
    assertThat(
            http.post("/graphs/knowledge/export", "{\"type_names\": [\"Person\"]}").text().lines())
        .hasSize(4);
    Http.Answer unknown = http.post("/graphs/knowledge/export", "{\"type_names\": [\"Nobody\"]}");
    assertThat(unknown.status()).isBetween(400, 404);
    assertThat(unknown.error()).contains("Nobody");
    assertThat(http.post("/graphs/knowledge/export", "{\"types\": []}").status()).isEqualTo(422);
  }

  @Test
  void requestsThatAreNotHttpGetAnErrorBodyToo() {
    Http.Answer answer = Raw.send(server, "NONSENSE\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("malformed HTTP request");
    Http.Answer longUri = Raw.request(server, "GET", "/" + "a".repeat(20_000), "");
    assertThat(longUri.status()).isBetween(400, 431);
    assertThat(longUri.json().has("error")).isTrue();
  }

  @Test
  void manyReadersAtOnceAllGetTheirRows() {
    var answers = new ArrayList<java.util.concurrent.CompletableFuture<Http.Answer>>();
    for (int i = 0; i < 100; i++) {
      answers.add(http.postAsync("/graphs/knowledge/queries/everybody", "{}"));
    }
    List<Integer> rows =
        answers.stream().map(a -> a.join().json().path("row_count").asInt()).distinct().toList();
    assertThat(rows).containsExactly(4);
    assertThat(server.openResults()).isZero();
  }
}
