package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How fast rows are filtered and grouped. */
public final class GroupByBenchmark implements MacroBenchmark {

  private static final String GROUP =
      """
      query years() {
        match { $a: Person  $a $e:knows $b  $e.since > 1980 }
        return { $e.since, count($b) as friendships }
      }
      """;

  @Override
  public String name() {
    return "filter-and-group";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return "Filters %,d edges by year and counts the rest per year."
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      return List.of(
          Timing.measure(
              Timing.PRODUCT,
              graph.content.friendships(),
              5,
              30,
              () -> graph.rowsOf(GROUP, Map.of())));
    }
  }
}
