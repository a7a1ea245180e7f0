package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.text.Postings;
import io.omnigraph.storage.Bm25;
import io.omnigraph.storage.FullTextTerms;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of one table version hold which words of a text property. Scores are those of {@link
 * Bm25} over the living rows, to the last bit. Immutable but for what it remembers. Thread-safe.
 */
public final class InvertedIndex implements DerivedCache.Sized {

  /** The words of one fragment. */
  record Part(int fragment, String dataFile, Postings postings) {}

  private record Totals(long documents, long tokens) {}

  private final int columnId;
  private final List<Part> parts;
  private volatile @Nullable Totals totals;

  InvertedIndex(int columnId, List<Part> parts) {
    this.columnId = columnId;
    this.parts = List.copyOf(parts);
  }

  int columnId() {
    return columnId;
  }

  List<Part> fragments() {
    return parts;
  }

  /**
   * Finds and scores the nodes that have at least one of the terms.
   *
   * @param rows of the version that this is the index of
   */
  public TextHits hits(FullTextTerms terms, NodeRows rows) {
    Totals corpus = totals(rows);
    Bm25 scorer = new Bm25(corpus.documents, corpus.tokens);
    List<String> inOrder = List.copyOf(new TreeSet<>(terms.words().keySet()));
    double[] rarities = new double[inOrder.size()];
    for (int t = 0; t < rarities.length; t++) {
      rarities[t] = scorer.rarity(documentsWith(inOrder.get(t), rows));
    }
    Found found = new Found();
    for (Part part : parts) {
      score(part, inOrder, rarities, scorer, rows, found);
    }
    return new TextHits(found.ordinals, found.scores, found.count);
  }

  private Totals totals(NodeRows rows) {
    Totals known = totals;
    if (known == null) {
      long documents = 0;
      long tokens = 0;
      for (Part part : parts) {
        IntUnaryOperator ordinals = rows.liveOrdinals(part.fragment);
        Postings postings = part.postings;
        for (int row = 0; row < postings.rowLimit(); row++) {
          if (postings.hasText(row) && ordinals.applyAsInt(row) >= 0) {
            documents++;
            tokens += postings.length(row);
          }
        }
      }
      known = new Totals(documents, tokens);
      totals = known;
    }
    return known;
  }

  private long documentsWith(String term, NodeRows rows) {
    long count = 0;
    for (Part part : parts) {
      int number = part.postings.term(term);
      if (number >= 0) {
        IntUnaryOperator ordinals = rows.liveOrdinals(part.fragment);
        int[] occurrences = part.postings.rows();
        int before = -1;
        for (int at = part.postings.begin(number); at < part.postings.begin(number + 1); at++) {
          int row = occurrences[at];
          if (row != before && ordinals.applyAsInt(row) >= 0) {
            count++;
          }
          before = row;
        }
      }
    }
    return count;
  }

  /** Collects hits. */
  private static final class Found {
    private int[] ordinals = new int[64];
    private float[] scores = new float[64];
    private int count;

    void add(int ordinal, double score) {
      if (count == ordinals.length) {
        ordinals = Arrays.copyOf(ordinals, 2 * count);
        scores = Arrays.copyOf(scores, 2 * count);
      }
      ordinals[count] = ordinal;
      scores[count++] = (float) score;
    }
  }

  private static void score(
      Part part, List<String> terms, double[] rarities, Bm25 scorer, NodeRows rows, Found found) {
    Postings postings = part.postings;
    double[] sums = null;
    for (int t = 0; t < rarities.length; t++) {
      int term = postings.term(terms.get(t));
      if (term < 0) {
        continue;
      }
      sums = sums == null ? new double[postings.rowLimit()] : sums;
      int[] occurrences = postings.rows();
      int end = postings.begin(term + 1);
      for (int at = postings.begin(term); at < end; ) {
        int row = occurrences[at];
        int first = at;
        while (at < end && occurrences[at] == row) {
          at++;
        }
        sums[row] += Bm25.share(rarities[t], at - first, scorer.norm(postings.length(row)));
      }
    }
    if (sums != null) {
      IntUnaryOperator ordinals = rows.liveOrdinals(part.fragment);
      for (int row = 0; row < sums.length; row++) {
        if (sums[row] > 0) {
          int ordinal = ordinals.applyAsInt(row);
          if (ordinal >= 0) {
            found.add(ordinal, sums[row]);
          }
        }
      }
    }
  }

  /** Whether nothing is known of a row that lives in a version. */
  static boolean lacksAny(Postings postings, int fragment, NodeRows rows) {
    IntUnaryOperator ordinals = rows.liveOrdinals(fragment);
    return postings.lacks(row -> ordinals.applyAsInt(row) >= 0);
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(this, 64L + 64L * parts.size());
    parts.forEach(part -> visitor.part(part.postings, part.postings.bytes()));
  }
}
