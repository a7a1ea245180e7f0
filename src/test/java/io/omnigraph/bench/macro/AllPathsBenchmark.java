package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How fast every path of two edges is counted, every target looked at. */
public final class AllPathsBenchmark implements MacroBenchmark {

  private static final int OLDEST_YOUNG = 45;

  private static final String COUNT =
      """
      query paths() {
        match { $a: Person  $a $e:knows $b  $b $f:knows $c  $c.age > 45 }
        return { count($c) as paths }
      }
      """;

  @Override
  public String name() {
    return "all-two-hop-paths";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph content = SocialGraph.of(setting);
    return ("Counts the paths of two edges from anyone to somebody older than 45: %,d paths to look"
            + " at. The baseline is a plain loop over int arrays.")
        .formatted((long) content.friendships() * SocialGraph.FRIENDS);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      SocialGraph content = graph.content;
      long paths = (long) content.friendships() * SocialGraph.FRIENDS;
      Timing product =
          Timing.measure(Timing.PRODUCT, paths, 5, 20, () -> graph.rowsOf(COUNT, Map.of()));
      int[] targets = new int[content.friendships()];
      int[] ages = new int[content.people()];
      Arrays.setAll(targets, content::to);
      Arrays.setAll(ages, content::age);
      long[] sink = new long[1];
      Timing loop =
          Timing.measure(
              "plain int[] loop", paths, 5, 20, () -> sink[0] += count(content, targets, ages));
      if (sink[0] < 0) {
        throw new IllegalStateException("a count is not negative");
      }
      return List.of(product, loop);
    }
  }

  /** The edges of person p are p * FRIENDS and the following ones. */
  private static long count(SocialGraph content, int[] targets, int[] ages) {
    long found = 0;
    for (int a = 0; a < content.people(); a++) {
      for (int e = a * SocialGraph.FRIENDS; e < (a + 1) * SocialGraph.FRIENDS; e++) {
        int b = targets[e];
        for (int f = b * SocialGraph.FRIENDS; f < (b + 1) * SocialGraph.FRIENDS; f++) {
          found += ages[targets[f]] > OLDEST_YOUNG ? 1 : 0;
        }
      }
    }
    return found;
  }
}
