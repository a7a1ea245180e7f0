package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results page by page, over HTTP and on the command line. */
class PagesTest extends ServedTestBase {

  private static final String NAMES =
      "query q() { match { $p: Person } return { $p.name } order { $p.name asc } }";

  @BeforeAll
  static void start() {
    serve("knowledge");
  }

  private static Http.Answer page(String query, String more) {
    return http.post(
        "/graphs/knowledge/query",
        "{\"query\": \"" + query + "\", \"options\": {\"page_size\": 3" + more + "}}");
  }

  private static String after(JsonNode page) {
    return ", \"after\": \"" + page.path("next_cursor").asText() + "\"";
  }

  @Test
  void thePagesReadOneCommitWhileOthersWrite() {
    JsonNode first = page(NAMES, "").json();
    assertThat(first.path("rows").findValuesAsText("p.name"))
        .containsExactly("Alice", "Bob", "Charlie");
    http.post("/graphs/knowledge/queries/insert_person", "{\"params\": {\"name\": \"Dagobert\"}}");
    JsonNode second = page(NAMES, after(first)).json();
    assertThat(second.path("rows").findValuesAsText("p.name")).containsExactly("Diana");
    assertThat(second.has("next_cursor")).isFalse();
    assertThat(second.path("graph_commit_id")).isEqualTo(first.path("graph_commit_id"));
  }

  @Test
  void aStoredQueryIsPagedTheSameWay() {
    String path = "/graphs/knowledge/queries/everybody";
    JsonNode first = http.post(path, "{\"options\": {\"page_size\": 2}}").json();
    JsonNode second =
        http.post(path, "{\"options\": {\"page_size\": 2" + after(first) + "}}").json();
    assertThat(second.path("rows").findValuesAsText("p.name").getFirst()).isEqualTo("Charlie");
  }

  @Test
  void aCursorThatDoesNotFitIsExplained() {
    JsonNode first = page(NAMES, "").json();
    Http.Answer other = page(NAMES.replace("asc", "desc"), after(first));
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.json().at("/detail/code").asText()).isEqualTo("cursor_mismatch");
    Http.Answer damaged = page(NAMES, ", \"after\": \"bm9wZQ\"");
    assertThat(damaged.status()).isEqualTo(400);
    assertThat(damaged.json().at("/detail/code").asText()).isEqualTo("invalid_cursor");
    Http.Answer sizeless =
        http.post(
            "/graphs/knowledge/query",
            "{\"query\": \"" + NAMES + "\", \"options\": {\"after\": \"x\"}}");
    assertThat(sizeless.status()).isEqualTo(400);
    assertThat(page(NAMES, ", \"page_sice\": 1").status()).isEqualTo(422);
    Http.Answer lines =
        http.with("Accept", "application/x-ndjson")
            .post(
                "/graphs/knowledge/query",
                "{\"query\": \"" + NAMES + "\", \"options\": {\"page_size\": 1}}");
    assertThat(lines.json().at("/detail/code").asText()).isEqualTo("format_not_supported");
  }

  @Test
  void theCommandLineContinuesWithTheCursorItPrinted() {
    String[] served = {
      "--server", "http://" + server.host() + ":" + server.port(), "--graph", "knowledge"
    };
    String[] local = {"--store", Fixture.root(folder, "knowledge")};
    for (String[] target : new String[][] {served, local}) {
      List<String> names = new ArrayList<>();
      String cursor = null;
      do {
        var arguments = new ArrayList<String>(List.of("query", "-e", NAMES, "--format", "csv"));
        arguments.addAll(List.of(target));
        arguments.addAll(List.of("--page-size", "2"));
        if (cursor != null) {
          arguments.addAll(List.of("--after", cursor));
        }
        CliRun run = CliRun.of(folder, arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        run.out().lines().skip(1).forEach(names::add);
        cursor =
            run.err()
                .lines()
                .filter(line -> line.startsWith("more rows: --after "))
                .map(line -> line.substring("more rows: --after ".length()))
                .findFirst()
                .orElse(null);
      } while (cursor != null);
      assertThat(names).startsWith("Alice", "Bob", "Charlie").contains("Diana").isSorted();
    }
  }
}
