package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint} on a graph knows how large its types are. */
class LintStatisticsTest {

  private static final int LARGE = 100_000;

  @TempDir Path folder;

  @Test
  void a_filter_on_an_unindexed_property_of_a_large_type_is_found_on_the_graph_only()
      throws IOException {
    Files.writeString(folder.resolve("s.pg"), "node Event { code: I32?  kind: I32? @index }\n");
    Files.writeString(
        folder.resolve("q.gq"),
        """
        query slow($c: I32) { match { $e: Event { code: $c } } return { $e.kind } }
        query quick($k: I32) { match { $e: Event { kind: $k } } return { $e.code } }
        """);
    StringBuilder rows = new StringBuilder("code,kind\n");
    for (int row = 0; row < LARGE; row++) {
      rows.append(row).append(',').append(row % 7).append('\n');
    }
    Files.writeString(folder.resolve("Event.csv"), rows);
    CliRun.ok(folder, "init", "--schema", "s.pg", "g");
    CliRun.ok(
        folder,
        "load",
        "g",
        "--data",
        "Event.csv",
        "--format",
        "csv",
        "--type",
        "Event",
        "--mode",
        "append");

    JsonNode onGraph = CliRun.ok(folder, "lint", "g", "--query", "q.gq", "--json").json();

    assertThat(onGraph.path("schema_source").path("kind").asText()).isEqualTo("graph");
    assertThat(onGraph.path("findings")).hasSize(1);
    JsonNode finding = onGraph.path("findings").get(0);
    assertThat(finding.path("code").asText()).isEqualTo("L109");
    assertThat(finding.path("message").asText())
        .isEqualTo("all 100000 rows of `Event` are read to filter by `code`, which has no index");
    assertThat(finding.path("query_names").get(0).asText()).isEqualTo("slow");
    assertThat(
            CliRun.ok(folder, "lint", "--query", "q.gq", "--schema", "s.pg", "--json")
                .json()
                .path("findings"))
        .isEmpty();
  }
}
