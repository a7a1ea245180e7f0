package io.omnigraph;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After every test that opened a graph: closes what is still open, opens each root once more, as
 * after a crash, and checks its integrity. Register with {@code @RegisterExtension}.
 */
final class GraphIntegrityExtension implements AfterEachCallback {

  private final Map<GraphUri, StorageOptions> roots = new LinkedHashMap<>();
  private final List<OmniGraph> open = new ArrayList<>();

  /** Creates a graph that is checked after the test. */
  OmniGraph init(Path root) {
    return watch(OmniGraph.init(root.toString(), TestGraphs.SCHEMA, false, TestGraphs.fast()));
  }

  OmniGraph open(Path root) {
    return watch(OmniGraph.open(root.toString(), TestGraphs.fast()));
  }

  OmniGraph watch(OmniGraph graph) {
    open.add(graph);
    return root(graph, StorageOptions.defaults());
  }

  /** Watches the root of a graph, but not the handle. */
  OmniGraph root(OmniGraph graph, StorageOptions options) {
    roots.put(graph.engine().settings().root(), options);
    return graph;
  }

  void root(GraphUri root, StorageOptions options) {
    roots.put(root.canonical(), options);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    open.forEach(OmniGraph::close);
    open.clear();
    if (context.getExecutionException().isEmpty()) {
      roots.forEach(
          (root, options) -> {
            EngineSettings settings = EngineSettings.production(root, options);
            GraphEngine.openReadWrite(settings, READING, "check", false).close();
            GraphIntegrity.check(root, options);
          });
    }
    roots.clear();
  }

  static final GraphEngine.Reading READING = new GraphEngine.Reading(16 << 20, null);
}
