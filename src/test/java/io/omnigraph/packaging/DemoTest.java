package io.omnigraph.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.SchemaCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The files of the demo fit together. */
class DemoTest {

  private static final Path DEMO = Path.of("src/main/dist/demo");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = SchemaCompiler.compile(read("demo.pg"));

  @Test
  void theSchemaCompiles() {
    assertThat(CATALOG.nodes()).hasSize(4);
    assertThat(CATALOG.edges()).hasSize(5);
  }

  @Test
  void everyStoredQueryCompilesAndSaysWhatItIsFor() throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.list(DEMO.resolve("queries"))) {
      for (Path file : files.sorted().toList()) {
        for (CompiledQuery query : QueryCompiler.compileAll(Files.readString(file), CATALOG)) {
          names.add(query.name());
          assertThat(query.description()).as(query.name()).isNotBlank();
        }
      }
    }

    assertThat(names).hasSizeGreaterThanOrEqualTo(12).doesNotHaveDuplicates();
  }

  @Test
  void everyEdgeOfTheDataConnectsRecordsOfTheData() throws IOException {
    Set<String> nodes = new HashSet<>();
    List<JsonNode> edges = new ArrayList<>();
    for (String line : read("data.jsonl").lines().toList()) {
      JsonNode record = JSON.readTree(line);
      if (record.has("edge")) {
        edges.add(record);
      } else {
        NodeType type = CATALOG.node(record.get("type").asText()).orElseThrow();
        String key = record.at("/data/" + type.keyColumns().getFirst()).asText();
        assertThat(nodes.add(type.name() + " " + key)).as(line).isTrue();
      }
    }

    assertThat(nodes).hasSizeGreaterThan(300);
    assertThat(edges).hasSizeGreaterThan(600);
    for (JsonNode record : edges) {
      EdgeType type = CATALOG.edge(record.get("edge").asText()).orElseThrow();
      assertThat(nodes)
          .contains(type.from() + " " + record.get("from").asText())
          .contains(type.to() + " " + record.get("to").asText());
    }
  }

  private static String read(String name) {
    try {
      return Files.readString(DEMO.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
