package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/**
 * How fast every path of two edges in the graph is counted, in three ways: all of them, those that
 * end at a node with a property, and those whose ends compare with each other, which no product of
 * degrees can tell.
 */
public final class AllPathsBenchmark implements MacroBenchmark {

  private static final int OLDEST_YOUNG = 45;

  /** What is counted. */
  public enum Shape {
    EVERY("all-two-hop-paths", "$a $e:knows $b  $b $f:knows $c", "from anyone to anyone"),
    FILTERED(
        "filtered-two-hop-paths",
        "$a $e:knows $b  $b $f:knows $c  $c.age > 45",
        "from anyone to somebody older than 45"),
    COMPARED(
        "compared-two-hop-paths",
        "$a $e:knows $b  $b $f:knows $c  $c.age > $a.age",
        "from anyone to somebody older than the one they start from, every path walked");

    private final String name;
    private final String pattern;
    private final String words;

    Shape(String name, String pattern, String words) {
      this.name = name;
      this.pattern = pattern;
      this.words = words;
    }
  }

  private final Shape shape;

  public AllPathsBenchmark(Shape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return shape.name;
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph content = SocialGraph.of(setting);
    return "Counts the paths of two edges %s: %,d paths. The baseline is a loop over int arrays."
        .formatted(shape.words, (long) content.friendships() * SocialGraph.FRIENDS);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    String query =
        "query paths() { match { $a: Person  " + shape.pattern + " } return { count($c) as n } }";
    try (var graph = LoadedGraph.create(setting)) {
      long paths = (long) graph.content.friendships() * SocialGraph.FRIENDS;
      var arrays = new PlainArrays(graph.content);
      long expected = count(arrays);
      Timing[] product =
          graph.timeOwnedAndProbed(
              setting,
              paths,
              30,
              () -> LoadedGraph.expect(expected, graph.countOf(query, Map.of())));
      Timing loop =
          Timing.measure(
              "plain int[] loop", paths, 10, 30, () -> LoadedGraph.expect(expected, count(arrays)));
      return List.of(product[0], product[1], loop);
    }
  }

  private long count(PlainArrays arrays) {
    return switch (shape) {
      case EVERY -> arrays.pathsToOlderThan(-1);
      case FILTERED -> arrays.pathsToOlderThan(OLDEST_YOUNG);
      case COMPARED -> arrays.pathsToTheOlder();
    };
  }
}
