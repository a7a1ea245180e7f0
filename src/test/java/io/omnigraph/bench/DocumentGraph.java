package io.omnigraph.bench;

import java.io.InputStream;
import java.util.SplittableRandom;

/**
 * A random library of documents that cite one another: texts of words that are drawn with Zipf-like
 * frequencies, and vectors that lie in clusters, as embeddings do.
 *
 * @param documents number of nodes
 */
public record DocumentGraph(int documents) {

  public static final int DIMENSION = 128;
  public static final int CITATIONS = 5;
  public static final int TOPICS = 10;

  private static final int WORDS = 20_000;
  private static final int WORDS_PER_TEXT = 40;
  private static final int CLUSTERS = 200;
  private static final double SPREAD = 0.35;

  public static final String SCHEMA =
      """
      node Document {
        slug: String @key
        body: String @index
        topic: I32
        at: Vector(128) @index
      }
      edge Cites: Document -> Document
      """;

  public String slug(int document) {
    return "d%06d".formatted(document);
  }

  public int topic(int document) {
    return document % TOPICS;
  }

  /** The vector of a document, a pure function of its number. */
  public float[] vector(int document) {
    var random = new SplittableRandom(31L * document + 7);
    return near(random.nextInt(CLUSTERS), random);
  }

  /** A vector to search with, near one of the clusters. */
  public float[] queryVector(int number) {
    var random = new SplittableRandom(-1L - number);
    return near(random.nextInt(CLUSTERS), random);
  }

  private static float[] near(int cluster, SplittableRandom random) {
    var center = new SplittableRandom(cluster);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (center.nextDouble(-1, 1) + SPREAD * random.nextDouble(-1, 1));
    }
    return vector;
  }

  /** Two words that some dozens to some thousands of documents contain. */
  public String queryWords(int number) {
    var random = new SplittableRandom(99L + number);
    return "w" + (20 + random.nextInt(200)) + " w" + (200 + random.nextInt(2000));
  }

  private String body(int document) {
    var random = new SplittableRandom(17L * document + 3);
    var text = new StringBuilder();
    for (int i = 0; i < WORDS_PER_TEXT; i++) {
      double share = random.nextDouble();
      text.append('w').append((int) Math.pow(WORDS, share)).append(' ');
    }
    return text.toString().trim();
  }

  /** All records as JSON lines, nodes first. */
  public InputStream records() {
    return new JsonLines(documents * (1 + CITATIONS), this::record);
  }

  private String record(int index) {
    if (index >= documents) {
      int citation = index - documents;
      var random = new SplittableRandom(5L * citation + 1);
      return "{\"edge\":\"Cites\",\"from\":\"%s\",\"to\":\"%s\"}"
          .formatted(slug(citation / CITATIONS), slug(random.nextInt(documents)));
    }
    var vector = new StringBuilder("[");
    for (float element : vector(index)) {
      vector.append(vector.length() == 1 ? "" : ",").append(Math.round(element * 10_000) / 1e4);
    }
    return "{\"type\":\"Document\",\"data\":{\"slug\":\"%s\",\"topic\":%d,\"body\":\"%s\",\"at\":%s]}}"
        .formatted(slug(index), topic(index), body(index), vector);
  }
}
