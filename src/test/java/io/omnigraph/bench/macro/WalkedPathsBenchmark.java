package io.omnigraph.bench.macro;

import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import java.util.List;
import java.util.Map;

/**
 * Questions about all paths of two edges that have to look at each of them: nothing about a path
 * follows from the number of edges of its nodes.
 */
public final class WalkedPathsBenchmark implements MacroBenchmark {

  /** What is asked, and how the answer is checked. */
  public enum Shape {
    EDGES(
        "edge-filtered-two-hop-paths",
        "Counts the paths of two edges whose second edge is younger than the first",
        "match { $a: Person  $a $e:knows $b  $b $f:knows $c  $f.since > $e.since }"
            + " return { count($c) as n }"),
    GROUPED(
        "grouped-two-hop-paths",
        "Counts, per age of the end, the paths of two edges to somebody older than the start",
        "match { $a: Person  $a $e:knows $b  $b $f:knows $c  $c.age > $a.age }"
            + " return { $c.age, count($a) as n }"),
    DISTINCT(
        "distinct-two-hop-ends",
        "Counts the different ends of the paths of two edges to somebody older than the start",
        "match { $a: Person  $a $e:knows $b  $b $f:knows $c  $c.age > $a.age }"
            + " return { count(distinct $c) as n }"),
    NEGATED(
        "negated-second-hop",
        "Counts the edges whose end knows nobody older than their start",
        "match { $a: Person  $a $e:knows $b  not { $b knows $c  $c.age > $a.age } }"
            + " return { count($b) as n }"),
    SUMMED(
        "summed-two-hop-ends",
        "Adds up the ages of the ends of all paths of two edges to somebody older than the start",
        "match { $a: Person  $a $e:knows $b  $b $f:knows $c  $c.age > $a.age }"
            + " return { sum($c.age) as n }"),
    TRIANGLES(
        "triangles",
        "Counts the ways to come back to anybody with three edges",
        "match { $a: Person  $a knows $b  $b knows $c  $c knows $a }"
            + " return { count($a) as n }");

    private final String name;
    private final String words;
    private final String query;

    Shape(String name, String words, String query) {
      this.name = name;
      this.words = words;
      this.query = "query q() { " + query + " }";
    }
  }

  private final Shape shape;

  public WalkedPathsBenchmark(Shape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return shape.name;
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return "%s, over %,d edges. The baseline is a loop over int arrays."
        .formatted(shape.words, SocialGraph.of(setting).friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (var graph = LoadedGraph.create(setting)) {
      long paths = (long) graph.content.friendships() * SocialGraph.FRIENDS;
      var arrays = new PlainArrays(graph.content);
      long expected = loop(arrays);
      Timing product =
          Timing.measure(
              Timing.PRODUCT, paths, 10, 20, () -> LoadedGraph.expect(expected, ask(graph)));
      Timing loop =
          Timing.measure(
              "plain int[] loop", paths, 10, 20, () -> LoadedGraph.expect(expected, loop(arrays)));
      return List.of(product, loop);
    }
  }

  private long ask(LoadedGraph graph) {
    return switch (shape) {
      case EDGES, DISTINCT, NEGATED, SUMMED, TRIANGLES -> graph.countOf(shape.query, Map.of());
      case GROUPED -> graph.rowsOf(shape.query, Map.of());
    };
  }

  private long loop(PlainArrays arrays) {
    return switch (shape) {
      case EDGES -> arrays.pathsToYoungerEdges();
      case GROUPED -> arrays.agesOfTheOlder();
      case DISTINCT -> arrays.theOlder();
      case NEGATED -> arrays.edgesWithoutTheOlder();
      case SUMMED -> arrays.agesOfTheOlderAddedUp();
      case TRIANGLES -> arrays.waysBack();
    };
  }
}
