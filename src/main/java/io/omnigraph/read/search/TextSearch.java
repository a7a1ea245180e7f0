package io.omnigraph.read.search;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Full-text search in one String property. */
final class TextSearch {

  private final SnapshotHandle handle;
  private final NodeAccess nodes;

  TextSearch(SnapshotHandle handle, NodeAccess nodes) {
    this.handle = handle;
    this.nodes = nodes;
  }

  /** Hits with scores, in the order storage gave them. */
  record Hits(int[] ordinals, double[] scores, boolean complete) {}

  /**
   * @param most hits to fetch; -1 for all
   */
  Hits hits(String property, String query, int maxEdits, long most) {
    IntArrayList ordinals = new IntArrayList();
    DoubleArrayList scores = new DoubleArrayList();
    long fetched = 0;
    if (!query.isBlank()) {
      ScanRequest request =
          ScanRequest.of("id", ScanRequest.SCORE)
              .matching(new ScanRequest.FullText(property, query, maxEdits))
              .limit(most);
      try (BatchStream batches = handle.scan(request)) {
        for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
          int[] found = nodes.ordinals(HeapText.of((VarCharVector) batch.getVector("id")));
          FieldVector score = batch.getVector(ScanRequest.SCORE);
          for (int i = 0; i < found.length; i++) {
            if (found[i] >= 0) {
              ordinals.add(found[i]);
              scores.add(((Float4Vector) score).get(i));
            }
          }
          fetched += found.length;
        }
      }
    }
    return new Hits(ordinals.toIntArray(), scores.toDoubleArray(), most < 0 || fetched < most);
  }

  /** Every node that matches. */
  Bits matching(String property, String query, int maxEdits) {
    Hits hits = hits(property, query, maxEdits, -1);
    Bits set = new Bits(nodes.ordinalLimit());
    for (int ordinal : hits.ordinals()) {
      set.set(ordinal);
    }
    return set;
  }

  /** All hits with their scores, in no order. */
  Ranked scored(String property, String query) {
    Hits hits = hits(property, query, 0, -1);
    Ranked scored = new Ranked();
    for (int i = 0; i < hits.ordinals().length; i++) {
      scored.add(hits.ordinals()[i], hits.scores()[i]);
    }
    return scored;
  }

  /**
   * The best hits among some nodes, by falling score, equal scores by id.
   *
   * @param wanted most nodes needed
   * @param candidates how many nodes may appear
   * @param isCandidate which ones
   */
  Ranked best(
      String property,
      String query,
      long wanted,
      long candidates,
      long rowCount,
      IntPredicate isCandidate) {
    // So many hits hold twice the candidates needed, if these are spread evenly.
    double expected = 2.0 * wanted * rowCount / Math.max(1, candidates);
    if (expected < rowCount / 8.0) {
      Hits some = hits(property, query, 0, Math.max(64, (long) expected));
      Ranked ranked = ranked(some, isCandidate);
      if (some.complete() || settled(ranked, some, wanted)) {
        return ranked;
      }
    }
    return ranked(hits(property, query, 0, -1), isCandidate);
  }

  /**
   * Enough candidates that no hit beyond the fetched ones could displace one of them. Storage may
   * choose what to fetch by scores of a lower precision.
   */
  private static boolean settled(Ranked ranked, Hits hits, long wanted) {
    if (ranked.size() < wanted || hits.scores().length == 0) {
      return false;
    }
    double lowest = Double.POSITIVE_INFINITY;
    for (double score : hits.scores()) {
      lowest = Math.min(lowest, score);
    }
    return wanted == 0 || ranked.score(ranked.node((int) wanted - 1)) > lowest * (1 + 1e-5);
  }

  private Ranked ranked(Hits hits, IntPredicate isCandidate) {
    int[] order = new int[hits.ordinals().length];
    int count = 0;
    for (int i = 0; i < order.length; i++) {
      if (isCandidate.test(hits.ordinals()[i])) {
        order[count++] = i;
      }
    }
    IntArrays.mergeSort(
        order,
        0,
        count,
        (a, b) -> {
          int byScore = Double.compare(hits.scores()[b], hits.scores()[a]);
          return byScore != 0 ? byScore : nodes.compareIds(hits.ordinals()[a], hits.ordinals()[b]);
        });
    Ranked ranked = new Ranked();
    for (int i = 0; i < count; i++) {
      ranked.add(hits.ordinals()[order[i]], hits.scores()[order[i]]);
    }
    return ranked;
  }
}
