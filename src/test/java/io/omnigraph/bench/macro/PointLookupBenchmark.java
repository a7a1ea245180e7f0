package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How long it takes to find one node by its key. */
public final class PointLookupBenchmark implements MacroBenchmark {

  private static final String FIND =
      "query find($name: String) { match { $p: Person { name: $name } } return { $p.age } }";

  @Override
  public String name() {
    return "point-lookup";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Reads one property of one of %,d nodes, found by its key, a random one each time. The"
            + " baseline scans an open table with a filter on an indexed column.")
        .formatted(SocialGraph.of(setting).people());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      Timing[] product =
          graph.timeOwnedAndProbed(
              setting,
              1,
              20_000,
              () -> LoadedGraph.expect(1, graph.rowsOf(FIND, Map.of("name", graph.anyone()))));
      Timing baseline =
          Timing.measure(
              Timing.RAW_LANCE,
              1,
              setting.scaled(50),
              setting.scaled(500),
              () -> LoadedGraph.expect(1, graph.baseline.countPeople(graph.anyone())));
      return List.of(product[0], product[1], baseline);
    }
  }
}
