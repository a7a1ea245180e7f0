package io.omnigraph.read.search;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.TextHits;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.ScanRequest;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Full-text search in one String property. */
final class TextSearch {

  private final Function<ScanRequest, BatchStream> table;
  private final NodeAccess nodes;

  /**
   * @param table searches it
   */
  TextSearch(Function<ScanRequest, BatchStream> table, NodeAccess nodes) {
    this.table = table;
    this.nodes = nodes;
  }

  /**
   * What storage found.
   *
   * @param fetched rows it gave
   */
  private record Fetched(TextHits hits, long fetched) {}

  /**
   * @param maxEdits 0 for exact words
   * @param scored whether scores are wanted; else they are 0
   * @param most hits to fetch; -1 for all
   */
  private Fetched fetch(String property, String query, int maxEdits, boolean scored, long most) {
    IntArrayList ordinals = new IntArrayList();
    FloatArrayList scores = new FloatArrayList();
    long fetched = 0;
    if (!query.isBlank()) {
      ScanRequest request =
          (scored ? ScanRequest.of("id", ScanRequest.SCORE) : ScanRequest.of("id"))
              .matching(new ScanRequest.FullText(property, query, maxEdits))
              .limit(most);
      try (BatchStream batches = table.apply(request)) {
        for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
          int[] found = nodes.ordinals(HeapText.of((VarCharVector) batch.getVector("id")));
          FieldVector score = scored ? batch.getVector(ScanRequest.SCORE) : null;
          for (int i = 0; i < found.length; i++) {
            if (found[i] >= 0) {
              ordinals.add(found[i]);
              scores.add(score == null ? 0 : ((Float4Vector) score).get(i));
            }
          }
          fetched += found.length;
        }
      }
    }
    TextHits hits = new TextHits(ordinals.elements(), scores.elements(), ordinals.size());
    return new Fetched(hits, fetched);
  }

  /** All hits of exact words, from memory if the words are there. */
  private TextHits everyHit(String property, String query) {
    TextHits known = nodes.hits(property, FullTextTerms.of(query, 0));
    return known != null ? known : fetch(property, query, 0, true, -1).hits();
  }

  /** Every node that matches. */
  Bits matching(String property, String query, int maxEdits) {
    TextHits hits = maxEdits == 0 ? nodes.hits(property, FullTextTerms.of(query, maxEdits)) : null;
    if (hits == null) {
      hits = fetch(property, query, maxEdits, false, -1).hits();
    }
    Bits set = new Bits(nodes.ordinalLimit());
    for (int i = 0; i < hits.count(); i++) {
      set.set(hits.ordinals()[i]);
    }
    return set;
  }

  /** All hits with their scores, in no order. */
  Ranked scored(String property, String query) {
    TextHits hits = everyHit(property, query);
    Ranked scored = new Ranked();
    for (int i = 0; i < hits.count(); i++) {
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
    TextHits known = nodes.hits(property, FullTextTerms.of(query, 0));
    if (known != null) {
      return BestFirst.of(known, wanted, isCandidate, nodes);
    }
    // So many hits hold twice the candidates needed, if these are spread evenly.
    double expected = 2.0 * wanted * rowCount / Math.max(1, candidates);
    if (expected < rowCount / 8.0) {
      long most = Math.max(64, (long) expected);
      Fetched some = fetch(property, query, 0, true, most);
      Ranked ranked = BestFirst.of(some.hits(), wanted, isCandidate, nodes);
      if (some.fetched() < most || settled(ranked, some.hits(), wanted)) {
        return ranked;
      }
    }
    TextHits all = fetch(property, query, 0, true, -1).hits();
    return BestFirst.of(all, wanted, isCandidate, nodes);
  }

  /**
   * Enough candidates that no hit beyond the fetched ones could displace one of them. Storage may
   * choose what to fetch by scores of a lower precision.
   */
  private static boolean settled(Ranked ranked, TextHits hits, long wanted) {
    if (ranked.size() < wanted || hits.count() == 0) {
      return false;
    }
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < hits.count(); i++) {
      lowest = Math.min(lowest, hits.scores()[i]);
    }
    return wanted == 0 || ranked.score(ranked.node((int) wanted - 1)) > lowest * (1 + 1e-5);
  }
}
