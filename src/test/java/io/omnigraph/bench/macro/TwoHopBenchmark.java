package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How long it takes to walk two steps from one node. */
public final class TwoHopBenchmark implements MacroBenchmark {

  private static final String COUNT =
      """
      query reach($name: String) {
        match { $p: Person { name: $name }  $p knows{1,2} $q }
        return { count($q) as reached }
      }
      """;

  @Override
  public String name() {
    return "two-hop-count";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Counts the distinct nodes within two steps of a random one, over %,d edges. The"
            + " baseline scans an indexed edge table twice and collects the ends in a set.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    int calls = setting.scaled(200);
    try (var graph = LoadedGraph.create(setting)) {
      Timing product =
          Timing.measure(
              Timing.PRODUCT,
              1,
              20,
              calls,
              () -> graph.rowsOf(COUNT, Map.of("name", graph.anyone())));
      Timing baseline =
          Timing.measure(
              Timing.RAW_LANCE, 1, 20, calls, () -> graph.baseline.reach(graph.anyone(), 2));
      return List.of(product, baseline);
    }
  }
}
