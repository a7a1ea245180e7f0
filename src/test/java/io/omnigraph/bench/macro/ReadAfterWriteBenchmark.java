package io.omnigraph.bench.macro;

import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.model.BranchName;
import java.util.List;
import java.util.Map;

/** What the first traversal after a commit costs, beside one that follows no commit. */
public final class ReadAfterWriteBenchmark implements MacroBenchmark {

  private static final String COUNT =
      """
      query paths($name: String) {
        match { $a: Person { name: $name }  $a $e:knows $b  $b $f:knows $c }
        return { count($c) as paths }
      }
      """;

  private static final String INSERT =
      """
      query meet($from: String, $to: String) {
        insert Knows { from: $from to: $to since: 2024 }
      }
      """;

  @Override
  public String name() {
    return "read-after-write";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Counts paths of two edges from one person, over %,d edges, right after a commit of one"
            + " edge; the second line is the same read without a commit before it.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    int commits = setting.scaled(100);
    try (var graph = LoadedGraph.create(setting)) {
      Timing quiet = Timing.measure("without a commit", 1, 2_000, 2_000, () -> count(graph));
      long[] nanos = new long[commits];
      for (int i = 0; i < commits; i++) {
        graph.product.mutate(
            INSERT,
            null,
            Map.of("from", graph.anyone(), "to", graph.anyone()),
            BranchName.MAIN,
            WriteOptions.ANONYMOUS);
        long start = System.nanoTime();
        count(graph);
        nanos[i] = System.nanoTime() - start;
      }
      return List.of(new Timing(Timing.PRODUCT, 1, nanos), quiet);
    }
  }

  private static void count(LoadedGraph graph) {
    graph.rowsOf(COUNT, Map.of("name", graph.anyone()));
  }
}
