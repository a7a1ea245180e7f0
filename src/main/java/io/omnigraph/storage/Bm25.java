package io.omnigraph.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Okapi BM25 with k1 = 1.2 and b = 0.75 and the inverse document frequency {@code ln(1 + (N - n +
 * 0.5) / (n + 0.5))}, as the index of the storage computes it. First the documents that match are
 * counted, then they are scored. Not thread-safe.
 */
public final class Bm25 {

  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final FullTextTerms terms;
  private final Map<String, Integer> documentsWith = new HashMap<>();
  private final long documents;
  private final double averageLength;

  /**
   * @param documents texts in the corpus
   * @param tokens tokens of all of them
   */
  public Bm25(FullTextTerms terms, long documents, long tokens) {
    this.terms = terms;
    this.documents = documents;
    this.averageLength = documents == 0 ? 1 : Math.max(1.0, tokens) / documents;
  }

  /** Counts the matching tokens of one document; every document that may match must come by. */
  public void countHit(String text) {
    terms
        .frequencies(FullTextTerms.tokens(text))
        .keySet()
        .forEach(token -> documentsWith.merge(token, 1, Integer::sum));
  }

  /** The score of a document; 0 if it does not match. */
  public float score(String text) {
    List<String> cut = FullTextTerms.tokens(text);
    double norm = K1 * (1 - B + B * cut.size() / averageLength);
    double score = 0;
    for (Map.Entry<String, Integer> entry : terms.frequencies(cut).entrySet()) {
      int n = documentsWith.getOrDefault(entry.getKey(), 1);
      double idf = Math.log(1 + (documents - n + 0.5) / (n + 0.5));
      score += idf * entry.getValue() * (K1 + 1) / (entry.getValue() + norm);
    }
    return (float) score;
  }
}
