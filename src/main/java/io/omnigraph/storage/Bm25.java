package io.omnigraph.storage;

import io.omnigraph.storage.FullTextTerms.Occurrences;
import java.util.HashMap;
import java.util.Map;

/**
 * Okapi BM25 with k1 = 1.2 and b = 0.75 and the inverse document frequency {@code ln(1 + (N - n +
 * 0.5) / (n + 0.5))}. First the documents that match are counted, then they are scored. The same
 * documents get the same scores to the last bit, whatever order they come in. Not thread-safe.
 */
public final class Bm25 {

  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final Map<String, Long> documentsWith = new HashMap<>();
  private final long documents;
  private final double averageLength;

  /**
   * @param documents texts in the corpus
   * @param tokens tokens of all of them
   */
  public Bm25(long documents, long tokens) {
    this.documents = documents;
    this.averageLength = documents == 0 ? 1 : Math.max(1.0, tokens) / documents;
  }

  /** Counts the matching tokens of one document; every document that may match must come by. */
  public void countHit(Occurrences document) {
    document.frequencies().keySet().forEach(token -> documentsWith.merge(token, 1L, Long::sum));
  }

  /** Says how many documents have a token, instead of counting them. */
  public void count(String token, long documentsWithIt) {
    documentsWith.put(token, documentsWithIt);
  }

  /** What a term is worth that so many documents have. */
  public double rarity(long documentsWithIt) {
    return Math.log(1 + (documents - documentsWithIt + 0.5) / (documentsWithIt + 0.5));
  }

  /** By how much the length of a document dampens what its terms are worth. */
  public double norm(int tokens) {
    return K1 * (1 - B + B * tokens / averageLength);
  }

  /** What a term adds to the score of a document; the terms add up in their natural order. */
  public static double share(double rarity, int frequency, double norm) {
    return rarity * frequency * (K1 + 1) / (frequency + norm);
  }

  /** The score of a document; 0 if it does not match. */
  public float score(Occurrences document) {
    double norm = norm(document.tokens());
    double score = 0;
    for (Map.Entry<String, Integer> entry : document.frequencies().entrySet()) {
      double rarity = rarity(documentsWith.getOrDefault(entry.getKey(), 1L));
      score += share(rarity, entry.getValue(), norm);
    }
    return (float) score;
  }
}
