package io.omnigraph.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stored queries of the demo, asked of the demo, against the same answers by hand. */
class DemoGraphTest {

  private static final Path DEMO = Path.of("src/main/dist/demo");
  private static final ReadTarget MAIN = new ReadTarget.Branch(BranchName.MAIN);
  private static final List<JsonNode> RECORDS = new ArrayList<>();

  @TempDir private static Path folder;
  private static OmniGraph graph;

  @BeforeAll
  static void load() throws IOException {
    var json = new ObjectMapper();
    for (String line : Files.readAllLines(DEMO.resolve("data.jsonl"))) {
      RECORDS.add(json.readTree(line));
    }
    String schema = Files.readString(DEMO.resolve("demo.pg"));
    graph = OmniGraph.init(folder.toString(), schema, false, OpenOptions.readWrite());
    try (var records = Files.newInputStream(DEMO.resolve("data.jsonl"))) {
      graph.load(records, LoadMode.MERGE, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
    }
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  @Test
  void whatPullsInALibraryIsEverybodyOnAPathToIt() throws IOException {
    Set<String> expected = new HashSet<>();
    List<String> frontier = selected("netty-common");
    for (int hop = 1; hop <= 8; hop++) {
      Set<String> reached = Set.copyOf(frontier);
      frontier =
          edges("DependsOn")
              .filter(edge -> reached.contains(edge.get("to").asText()))
              .map(edge -> edge.get("from").asText())
              .filter(expected::add)
              .toList();
    }

    assertThat(column("dependencies.gq", "what_pulls_in", Map.of("name", "netty-common"), 0))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(expected)
        .isSorted();
  }

  @Test
  void libraryVersionsThatWereAskedForAreThoseThatWereReplaced() throws IOException {
    List<String> expected =
        edges("Replaces").map(edge -> versionOf(edge.get("to").asText())).sorted().toList();

    assertThat(column("versions.gq", "in_several_versions", Map.of(), 2))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void artifactsWithoutALicenceAreThoseWithoutAnEdgeToOne() throws IOException {
    Set<String> licensed = new HashSet<>();
    edges("LicensedUnder").forEach(edge -> licensed.add(edge.get("from").asText()));
    List<String> expected =
        artifacts()
            .filter(data -> data.get("selected").asBoolean())
            .map(data -> data.get("coordinate").asText())
            .filter(coordinate -> !licensed.contains(coordinate))
            .toList();

    assertThat(column("licences.gq", "licence_unknown", Map.of(), 0))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theMostDependedUponComeFirst() throws IOException {
    List<String> counts = column("dependencies.gq", "most_depended_upon", Map.of(), 1);
    String first = column("dependencies.gq", "most_depended_upon", Map.of(), 0).getFirst();

    assertThat(counts).hasSize(10);
    assertThat(counts.getFirst())
        .isEqualTo("" + edges("DependsOn").filter(e -> e.get("to").asText().equals(first)).count());
    assertThat(counts.stream().map(Integer::valueOf).toList())
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void aSearchFindsDescriptionsThatHoldTheWord() throws IOException {
    List<String> descriptions = column("search.gq", "about", Map.of("words", "cedar"), 1);

    assertThat(descriptions)
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).containsIgnoringCase("cedar"));
  }

  @Test
  void aNoteThatIsAddedIsFound() throws IOException {
    String artifact = selected("picocli").getFirst();

    graph.mutate(
        read("notes.gq"),
        "add_note",
        Map.of("coordinate", artifact, "note", "parses our arguments"),
        BranchName.MAIN,
        WriteOptions.ANONYMOUS);

    assertThat(column("notes.gq", "notes", Map.of(), 0)).containsExactly(artifact);
  }

  private static Stream<JsonNode> edges(String type) {
    return RECORDS.stream().filter(record -> record.path("edge").asText().equals(type));
  }

  private static Stream<JsonNode> artifacts() {
    return RECORDS.stream()
        .filter(record -> record.path("type").asText().equals("Artifact"))
        .map(record -> record.get("data"));
  }

  /** Coordinates of the used versions of artifacts with a name. */
  private static List<String> selected(String name) {
    return artifacts()
        .filter(data -> data.get("selected").asBoolean() && data.get("name").asText().equals(name))
        .map(data -> data.get("coordinate").asText())
        .toList();
  }

  private static String versionOf(String coordinate) {
    return coordinate.substring(coordinate.lastIndexOf(':') + 1);
  }

  private static String read(String file) throws IOException {
    return Files.readString(DEMO.resolve("queries").resolve(file));
  }

  /** One column of the answer, as text, in the order of the answer. */
  private static List<String> column(
      String file, String query, Map<String, ?> parameters, int column) throws IOException {
    List<String> values = new ArrayList<>();
    try (var cursor = graph.query(read(file), query, parameters, MAIN)) {
      for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          values.add(String.valueOf(batch.getVector(column).getObject(row)));
        }
      }
    }
    return values;
  }
}
