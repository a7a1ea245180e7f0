package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/** How long it takes to count the paths of two edges from one node. */
public final class PathsFromOneBenchmark implements MacroBenchmark {

  private static final String COUNT =
      """
      query paths($name: String) {
        match { $a: Person { name: $name }  $a $e:knows $b  $b $f:knows $c }
        return { count($c) as paths }
      }
      """;

  @Override
  public String name() {
    return "two-hop-paths";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Counts the paths of two edges from a random person, over %,d edges; edges are bound,"
            + " so that parallel ways count separately. The baseline is a loop over int arrays.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    long paths = (long) SocialGraph.FRIENDS * SocialGraph.FRIENDS;
    try (var graph = LoadedGraph.create(setting)) {
      Timing[] product =
          graph.timeOwnedAndProbed(
              setting,
              paths,
              20_000,
              () ->
                  LoadedGraph.expect(paths, graph.countOf(COUNT, Map.of("name", graph.anyone()))));
      var arrays = new PlainArrays(graph.content);
      Timing loop =
          Timing.measure(
              "plain int[] loop",
              paths,
              setting.scaled(20_000),
              setting.scaled(20_000),
              () -> LoadedGraph.expect(paths, arrays.pathsFrom(graph.anyone())));
      return List.of(product[0], product[1], loop);
    }
  }
}
