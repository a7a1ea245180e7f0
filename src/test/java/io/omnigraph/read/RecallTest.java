package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a vector index leaves out. {@code -Dsoak.factor=n} takes n times as many vectors, up to
 * fifty.
 */
class RecallTest {

  private static final int DIMENSION = 16;
  private static final int CLUSTERS = 60;
  private static final int ROWS = 2_000 * Math.min(50, Integer.getInteger("soak.factor", 1));
  private static final int QUERIES = 25;
  private static final int FOUND = 10;
  private static final double FLOOR = 0.9;
  private static final TableKey DOC = TableKey.node("Doc");

  /** A group of each size; the rest is in none of them. */
  private static final int[] GROUPS = {1, 4, 37, 350, 900};

  @TempDir Path folder;
  private final float[][] vectors = new float[ROWS][];
  private final int[] groups = new int[ROWS];

  @Test
  void theIndexFindsNearlyAllNeighboursAndFiltersNeverLeaveTooFew() {
    long seed = Long.getLong("seed", 20L);
    SplittableRandom random = new SplittableRandom(seed);
    float[][] centres = new float[CLUSTERS][];
    for (int c = 0; c < CLUSTERS; c++) {
      centres[c] = around(random, new float[DIMENSION], 4);
    }
    try (GraphFixture graph =
        new GraphFixture(
            folder, "node Doc { name: String @key group: I32 vec: Vector(" + DIMENSION + ")? }")) {
      fill(graph, random, centres);
      graph.maintain(DOC, (m, h) -> m.createIndex(h, new IndexSpec("vec", IndexSpec.Kind.VECTOR)));
      double indexed = recall(graph, random, centres, AccessPath.INDEXED);
      double resident = recall(graph, random, centres, AccessPath.RESIDENT);
      System.out.printf(
          "recall@%d of %d vectors: %.3f through the index, %.3f in memory, -Dseed=%d%n",
          FOUND, ROWS, indexed, resident, seed);
      assertThat(indexed).isGreaterThanOrEqualTo(FLOOR);
      assertThat(resident).isEqualTo(1);
      for (int group = 0; group < GROUPS.length; group++) {
        filtered(graph, random, centres, group);
      }
    }
  }

  private static float[] around(SplittableRandom random, float[] centre, double spread) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (centre[i] + spread * (random.nextDouble() - 0.5));
    }
    return vector;
  }

  private void fill(GraphFixture graph, SplittableRandom random, float[][] centres) {
    List<List<Value>> rows = new ArrayList<>();
    int group = 0;
    int left = GROUPS[0];
    for (int i = 0; i < ROWS; i++) {
      vectors[i] = around(random, centres[random.nextInt(CLUSTERS)], 1.5);
      groups[i] = group;
      if (--left == 0) {
        group++;
        left = group < GROUPS.length ? GROUPS[group] : ROWS;
      }
      rows.add(
          graph.row(
              DOC,
              List.of(name(i)),
              GraphFixture.map("name", name(i), "group", groups[i], "vec", vectors[i])));
    }
    graph.change(DOC, List.of(), rows);
  }

  private static String name(int row) {
    return "d%06d".formatted(row);
  }

  /** The share of the true neighbours that come, over some queries. */
  private double recall(
      GraphFixture graph, SplittableRandom random, float[][] centres, AccessPath path) {
    int hits = 0;
    for (int q = 0; q < QUERIES; q++) {
      float[] query = around(random, centres[random.nextInt(CLUSTERS)], 2);
      List<String> found = nearest(graph, query, "", path);
      assertThat(found).hasSize(FOUND);
      hits += (int) exact(query, -1).stream().filter(found::contains).count();
    }
    return (double) hits / (FOUND * QUERIES);
  }

  /** Rows far from the query as well: the filter comes first, whatever the index would look at. */
  private void filtered(GraphFixture graph, SplittableRandom random, float[][] centres, int group) {
    for (int q = 0; q < 5; q++) {
      float[] query = around(random, centres[random.nextInt(CLUSTERS)], q == 0 ? 200 : 2);
      List<String> exact = exact(query, group);
      for (AccessPath path : AccessPath.values()) {
        List<String> found = nearest(graph, query, " { group: " + group + " }", path);
        assertThat(found).as("group %s on %s", group, path).hasSameSizeAs(exact);
        assertThat(found).allMatch(name -> groups[Integer.parseInt(name.substring(1))] == group);
        if (path != AccessPath.INDEXED || GROUPS[group] <= 300) {
          assertThat(found).isEqualTo(exact);
        }
      }
    }
  }

  private List<String> exact(float[] query, int group) {
    return IntStream.range(0, ROWS)
        .filter(i -> group < 0 || groups[i] == group)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> squared(vectors[i], query)))
        .limit(FOUND)
        .map(RecallTest::name)
        .toList();
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }

  private static List<String> nearest(
      GraphFixture graph, float[] query, String filter, AccessPath path) {
    List<Float> elements = new ArrayList<>();
    for (float element : query) {
      elements.add(element);
    }
    return graph
        .run(
            "query q($at: Vector(%d)) { match { $d: Doc%s } return { $d.name } order { nearest($d.vec, $at) } limit %d }"
                .formatted(DIMENSION, filter, FOUND),
            Map.of("at", elements),
            QueryOptions.DEFAULT.withPath(path))
        .stream()
        .map(row -> ((Value.Text) row.getFirst()).value())
        .toList();
  }
}
