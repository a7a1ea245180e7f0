package io.omnigraph.read.search;

import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.column.VectorColumn;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Nearest neighbours by Euclidean distance in one vector property. */
final class VectorSearch {

  private static final int LONGEST_LIST = 300;

  private final Function<ScanRequest, BatchStream> table;
  private final NodeAccess nodes;

  /**
   * @param table searches it
   */
  VectorSearch(Function<ScanRequest, BatchStream> table, NodeAccess nodes) {
    this.table = table;
    this.nodes = nodes;
  }

  /** Exact ranking from vectors in memory; nodes without a vector are not ranked. */
  static Ranked exact(
      Cells vectors, int[] candidates, int count, float[] query, long wanted, NodeAccess nodes) {
    double[] distances = new double[count];
    int[] order = new int[count];
    int ranked = 0;
    VectorColumn column =
        vectors.kind() == Cells.Kind.VECTOR ? (VectorColumn) vectors.column() : null;
    for (int i = 0; column != null && i < count; i++) {
      if (!vectors.isNull(i)) {
        int row = vectors.rowAt(i);
        distances[i] = squared(column.page(row), column.offset(row), query);
        if (!Double.isNaN(distances[i])) {
          order[ranked++] = i;
        }
      }
    }
    int kept = (int) Math.min(wanted, ranked);
    NearestFirst.select(order, ranked, kept, distances, candidates, nodes);
    Ranked result = new Ranked();
    for (int i = 0; i < kept; i++) {
      result.add(candidates[order[i]], Math.sqrt(distances[order[i]]));
    }
    return result;
  }

  /** Squared distance; eight partial sums keep the loop free of one long dependency. */
  static double squared(float[] page, int offset, float[] query) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int dimension = query.length;
    int i = 0;
    for (; i + 4 <= dimension; i += 4) {
      float d0 = page[offset + i] - query[i];
      float d1 = page[offset + i + 1] - query[i + 1];
      float d2 = page[offset + i + 2] - query[i + 2];
      float d3 = page[offset + i + 3] - query[i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < dimension; i++) {
      float d = page[offset + i] - query[i];
      s0 += d * d;
    }
    return (double) s0 + s1 + s2 + s3;
  }

  /** Ranking through storage, asking for more neighbours until enough of them are candidates. */
  Ranked search(String property, float[] query, int[] candidates, int count, long wanted) {
    Bits allowed = new Bits(nodes.ordinalLimit());
    for (int i = 0; i < count; i++) {
      allowed.set(candidates[i]);
    }
    String filter = null;
    if (count <= LONGEST_LIST) {
      List<String> ids = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        ids.add(nodes.id(candidates[i]));
      }
      filter = FilterSql.in("id", ids);
    }
    boolean index = filter == null && nodes.path() != AccessPath.SCAN;
    long k = Math.max(1, filter != null ? count : wanted);
    while (true) {
      int most = (int) Math.min(Math.min(k, nodes.rowCount() + 1), Integer.MAX_VALUE - 1);
      Fetched found = fetch(property, query, most, index, filter, allowed);
      boolean everything = found.rows() < most;
      if (everything ? !index || found.ranked().size() >= wanted : found.isSettled(wanted)) {
        return found.ranked();
      }
      if (everything || most > nodes.rowCount()) {
        if (!index) {
          return found.ranked();
        }
        index = false;
      } else {
        k = Math.min(k * 4, nodes.rowCount() + 1);
      }
    }
  }

  /**
   * What one search of storage gave.
   *
   * @param ranked the candidates among them
   * @param rows all of them
   * @param farthest the largest distance among all
   */
  private record Fetched(Ranked ranked, int rows, double farthest) {

    /** Whether nothing that was not fetched could be as near as the last node wanted. */
    boolean isSettled(long wanted) {
      return ranked.size() >= wanted
          && (wanted == 0 || ranked.score(ranked.node((int) wanted - 1)) < farthest);
    }
  }

  private Fetched fetch(
      String property, float[] query, int k, boolean index, @Nullable String filter, Bits allowed) {
    ScanRequest request =
        ScanRequest.of("id", ScanRequest.DISTANCE)
            .where(filter)
            .nearest(new ScanRequest.Nearest(property, query, k, index));
    List<int[]> ordinals = new ArrayList<>();
    List<float[]> distances = new ArrayList<>();
    int total = 0;
    try (BatchStream batches = table.apply(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        int[] found = nodes.ordinals(HeapText.of((VarCharVector) batch.getVector("id")));
        Float4Vector column = (Float4Vector) batch.getVector(ScanRequest.DISTANCE);
        float[] values = new float[found.length];
        for (int i = 0; i < found.length; i++) {
          values[i] = column.isNull(i) ? Float.NaN : column.get(i);
        }
        ordinals.add(found);
        distances.add(values);
        total += found.length;
      }
    }
    double farthest = 0;
    int[] node = new int[total];
    double[] distance = new double[total];
    int[] order = new int[total];
    int count = 0;
    for (int b = 0; b < ordinals.size(); b++) {
      for (int i = 0; i < ordinals.get(b).length; i++) {
        int ordinal = ordinals.get(b)[i];
        float value = distances.get(b)[i];
        farthest = Math.max(farthest, Float.isNaN(value) ? 0 : value);
        if (ordinal >= 0 && allowed.get(ordinal) && !Float.isNaN(value)) {
          node[count] = ordinal;
          distance[count] = value;
          order[count] = count;
          count++;
        }
      }
    }
    IntArrays.mergeSort(
        order,
        0,
        count,
        (a, b) -> {
          int byDistance = Double.compare(distance[a], distance[b]);
          return byDistance != 0 ? byDistance : nodes.compareIds(node[a], node[b]);
        });
    Ranked ranked = new Ranked();
    for (int i = 0; i < count; i++) {
      ranked.add(node[order[i]], Math.sqrt(Math.max(0, distance[order[i]])));
    }
    return new Fetched(ranked, total, Math.sqrt(Math.max(0, farthest)));
  }
}
