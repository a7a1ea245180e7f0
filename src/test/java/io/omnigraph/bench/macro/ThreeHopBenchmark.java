package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How long a filtered walk of three steps with the best ten results takes. */
public final class ThreeHopBenchmark implements MacroBenchmark {

  private static final String QUERY =
      """
      query far($name: String) {
        match { $a: Person { name: $name }  $a knows $b  $b knows $c  $c knows $d  $d.age > 60 }
        return { $d.name, $d.age }
        order { $d.age desc, $d.name }
        limit 10
      }
      """;

  @Override
  public String name() {
    return "three-hop-top-ten";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Walks three steps from a random person over %,d edges, keeps who is older than 60 and"
            + " returns the ten oldest. The baseline reads the nodes within three steps by indexed"
            + " scans of an edge table, without filter and order.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      Timing[] product =
          graph.timeOwnedAndProbed(
              setting, 1, 4_000, () -> graph.rowsOf(QUERY, Map.of("name", graph.anyone())));
      Timing baseline =
          Timing.measure(
              Timing.RAW_LANCE,
              1,
              setting.scaled(5),
              setting.scaled(40),
              () -> graph.baseline.reach(graph.anyone(), 3));
      return List.of(product[0], product[1], baseline);
    }
  }
}
