package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How long it takes to list the neighbours of one node. */
public final class OneHopBenchmark implements MacroBenchmark {

  private static final String FRIENDS =
      """
      query friends($name: String) {
        match { $p: Person { name: $name }  $p knows $q }
        return { $q.name, $q.age }
      }
      """;

  @Override
  public String name() {
    return "one-hop";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Lists name and age of everybody a random person knows, over %,d edges. The baselines"
            + " are an indexed scan of an edge table and a loop over int arrays.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      Timing[] product =
          graph.timeOwnedAndProbed(
              setting, 1, 20_000, () -> graph.rowsOf(FRIENDS, Map.of("name", graph.anyone())));
      Timing raw =
          Timing.measure(
              Timing.RAW_LANCE,
              1,
              setting.scaled(20),
              setting.scaled(200),
              () -> graph.baseline.reach(graph.anyone(), 1));
      var arrays = new PlainArrays(graph.content);
      long[] sink = new long[1];
      Timing loop =
          Timing.measure(
              "plain int[] loop",
              1,
              setting.scaled(20_000),
              setting.scaled(20_000),
              () -> sink[0] += arrays.friendsOf(graph.anyone()));
      return List.of(product[0], product[1], raw, loop);
    }
  }
}
