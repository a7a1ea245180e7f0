package io.omnigraph;

import io.omnigraph.model.ReadTarget;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What the scenarios of the storage's failure matrix have in common. */
abstract class Scenarios {

  @TempDir Path folder;

  InterruptedGraph ada() {
    return new InterruptedGraph(GraphTemplates.withAda(folder));
  }

  static Map<String, Long> people(InterruptedGraph graph, String branch) {
    try (OmniGraph reader = graph.openReadOnly()) {
      return TestGraphs.people(reader, ReadTarget.branch(branch));
    }
  }
}
