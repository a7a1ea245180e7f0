package io.omnigraph;

import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.ResultRows;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A graph whose schema is changed, and looks at it. */
abstract class SchemaChanges {

  static final String PEOPLE = "query q() { match { $p: Person } return { $p.name, $p.age } }";

  @RegisterExtension final GraphIntegrityExtension graphs = new GraphIntegrityExtension();

  @TempDir Path root;

  OmniGraph graph(String schema) {
    return graphs.watch(OmniGraph.init(root.toString(), schema, false, TestGraphs.fast()));
  }

  static SchemaApplied apply(OmniGraph graph, String schema) {
    return graph.applySchema(schema, false, WriteOptions.ANONYMOUS);
  }

  static SchemaApplied applyHard(OmniGraph graph, String schema) {
    return graph.applySchema(schema, true, WriteOptions.ANONYMOUS);
  }

  static List<Map<String, @Nullable Object>> rows(
      OmniGraph graph, ReadTarget target, String query) {
    try (var cursor = graph.query(query, null, Map.of(), target)) {
      return ResultRows.readAll(cursor, ResultRows.Integers.NATIVE);
    }
  }

  static List<Map<String, @Nullable Object>> rows(OmniGraph graph, String query) {
    return rows(graph, ReadTarget.MAIN, query);
  }

  static ReadTarget head(OmniGraph graph) {
    return new ReadTarget.Commit(graph.snapshot(ReadTarget.MAIN).head());
  }

  static void load(OmniGraph graph, String... records) {
    graph.load(
        new ByteArrayInputStream(String.join("\n", records).getBytes(StandardCharsets.UTF_8)),
        LoadMode.MERGE,
        BranchName.MAIN,
        null,
        WriteOptions.ANONYMOUS);
  }

  static String export(OmniGraph graph, ReadTarget target) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    graph.export(target, List.of(), List.of(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  OmniGraph intercepted(StepFaults faults) {
    graphs.init(root).close();
    OmniGraph graph =
        TestEngine.open(GraphUri.local(root), TestEngine.FAST, s -> s.withFaults(faults));
    return graphs.root(graph, TestEngine.FAST);
  }
}
