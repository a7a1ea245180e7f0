package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How queries are, or would be, executed: over HTTP and on the command line. */
class ExplainRoutesTest extends ServedTestBase {

  private static final String KNOWS =
      "query q() { match { $a: Person  $a knows $b  $b.age > 24 } return { $a.name, $b.name }"
          + " order { $b.age desc } limit 2 }";

  @BeforeAll
  static void start() {
    serve("knowledge");
  }

  private static JsonNode query(String query, String options) {
    Http.Answer answer =
        http.post(
            "/graphs/knowledge/query",
            "{\"query\": \"" + query + "\", \"options\": {" + options + "}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static JsonNode find(JsonNode operator, String name) {
    if (operator.path("name").asText().equals(name)) {
      return operator;
    }
    for (JsonNode child : operator.path("children")) {
      JsonNode found = find(child, name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Test
  void anExplainedQueryDoesNotRun() {
    // Running it would take longer than anybody waits.
    JsonNode plan =
        query(
            "query q() { match { $a: Person  $b: Person  $c: Person  $d: Person  $e: Person  $f:"
                + " Person  $g: Person  $h: Person  $i: Person  $j: Person  $k: Person  $l: Person "
                + " $m: Person  $n: Person  $o: Person  $p: Person  $q: Person  $r: Person  $s:"
                + " Person  $t: Person } return { count(distinct $a.name) as n } }",
            "\"explain\": true");
    assertThat(plan.path("executed").asBoolean()).isFalse();
    assertThat(plan.has("totals")).isFalse();
    assertThat(plan.toString()).doesNotContain("counts").doesNotContain("rows_out");
    assertThat(find(plan.path("plan"), "CrossProduct")).isNotNull();
    assertThat(plan.path("text").asText()).contains("CrossProduct").doesNotContain("rows=");
    assertThat(plan.path("graph_commit_id").asText()).hasSize(26);
    assertThat(server.openResults()).isZero();
  }

  @Test
  void everyOperatorNamesItsPathAndWhy() {
    JsonNode plan = query(KNOWS, "\"explain\": true").path("plan");
    JsonNode scan = find(plan, "NodeScan");
    assertThat(scan.path("path").asText()).isIn("resident", "indexed", "scan");
    assertThat(scan.path("reason").asText()).isNotEmpty();
    assertThat(find(plan, "Expand").path("path").asText()).isEqualTo(scan.path("path").asText());
    assertThat(find(plan, "Limit").has("path")).isFalse();
  }

  @Test
  void theCountsOfAProfileAreThoseOfTheData() {
    JsonNode answer = query(KNOWS, "\"profile\": true");
    // Alice knows Bob (25) and Charlie (35), Bob knows Diana (28): three edges, the two oldest.
    assertThat(answer.path("rows").path(0).toString())
        .isEqualTo("{\"a.name\":\"Alice\",\"b.name\":\"Charlie\"}");
    assertThat(answer.path("row_count").asInt()).isEqualTo(2);
    JsonNode profile = answer.path("profile");
    assertThat(profile.path("executed").asBoolean()).isTrue();
    JsonNode root = profile.path("plan");
    assertThat(root.path("name").asText()).isEqualTo("Limit");
    assertThat(root.at("/counts/rows_out").asInt()).isEqualTo(2);
    JsonNode top = find(root, "TopK");
    assertThat(top.at("/counts/rows_in").asInt()).isEqualTo(3);
    assertThat(top.at("/counts/rows_out").asInt()).isEqualTo(2);
    assertThat(top.at("/counts/memory_bytes").asLong()).isPositive();
    JsonNode expand = find(root, "Expand");
    assertThat(expand.at("/counts/rows_in").asInt()).isEqualTo(4);
    assertThat(expand.at("/counts/rows_out").asInt()).isEqualTo(3);
    assertThat(find(root, "NodeScan").at("/counts/rows_out").asInt()).isEqualTo(4);
    assertThat(root.at("/counts/nanos").asLong())
        .isGreaterThanOrEqualTo(top.at("/counts/nanos").asLong());
    assertThat(sum(root, "cache_hits")).isEqualTo(profile.at("/totals/cache_hits").asLong());
    assertThat(sum(root, "cache_builds")).isEqualTo(profile.at("/totals/cache_builds").asLong());
    assertThat(profile.path("text").asText()).contains("Expand $a").contains("in=4 rows=3");
  }

  private static long sum(JsonNode operator, String field) {
    long sum = operator.path(field).asLong();
    for (JsonNode child : operator.path("children")) {
      sum += sum(child, field);
    }
    return sum;
  }

  @Test
  void storedQueriesTakeTheSameOptions() {
    JsonNode plan =
        http.post("/graphs/knowledge/queries/everybody", "{\"options\": {\"explain\": true}}")
            .json();
    assertThat(plan.path("query_name").asText()).isEqualTo("everybody");
    assertThat(find(plan.path("plan"), "Sort")).isNotNull();
  }

  @Test
  void aProfileHasNoPlaceInOtherForms() {
    Http.Answer answer =
        http.with("Accept", "application/x-ndjson")
            .post(
                "/graphs/knowledge/query",
                "{\"query\": \"" + KNOWS + "\", \"options\": {\"profile\": true}}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/detail/code").asText()).isEqualTo("format_not_supported");
  }

  @Test
  void theCommandLineShowsTheSamePlanInBothWorlds() {
    String[] served = {
      "--server", "http://" + server.host() + ":" + server.port(), "--graph", "knowledge"
    };
    String[] local = {"--store", Fixture.root(folder, "knowledge")};
    for (String[] target : new String[][] {served, local}) {
      CliRun plan = run(target, "--explain");
      assertThat(plan.code()).as(plan.err()).isZero();
      assertThat(plan.out()).contains("TopK").contains("NodeScan $a: Person");
      assertThat(run(target, "--explain", "--json").json().path("executed").asBoolean()).isFalse();
      CliRun analyzed = run(target, "--analyze", "--format", "csv");
      assertThat(analyzed.out()).isEqualTo("a.name,b.name\nAlice,Charlie\nBob,Diana\n");
      assertThat(analyzed.err()).contains("in=4 rows=3").contains("total ");
    }
    assertThat(run(local, "--explain", "--analyze").code()).isEqualTo(2);
  }

  private static CliRun run(String[] target, String... options) {
    var arguments = new java.util.ArrayList<String>();
    arguments.add("query");
    arguments.addAll(java.util.List.of(target));
    arguments.addAll(java.util.List.of("-e", KNOWS));
    arguments.addAll(java.util.List.of(options));
    return CliRun.of(folder, arguments.toArray(String[]::new));
  }
}
