package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How fast rows are filtered and grouped. */
public final class GroupByBenchmark implements MacroBenchmark {

  private static final int AFTER = 1980;

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
    return ("Filters %,d edges by year and counts the rest per year. The baseline is a plain loop"
            + " over an int array with one counter per year.")
        .formatted(SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      int rows = graph.content.friendships();
      Timing[] product =
          graph.timeOwnedAndProbed(setting, rows, 30, () -> graph.rowsOf(GROUP, Map.of()));
      int[] years = new int[rows];
      Arrays.setAll(years, graph.content::since);
      long[] sink = new long[1];
      Timing loop = Timing.measure("plain int[] loop", rows, 5, 30, () -> sink[0] += groups(years));
      if (sink[0] <= 0) {
        throw new IllegalStateException("no year after %d".formatted(AFTER));
      }
      return List.of(product[0], product[1], loop);
    }
  }

  private static int groups(int[] years) {
    int[] friendships = new int[4096];
    for (int year : years) {
      if (year > AFTER) {
        friendships[year]++;
      }
    }
    int found = 0;
    for (int count : friendships) {
      found += count > 0 ? 1 : 0;
    }
    return found;
  }
}
