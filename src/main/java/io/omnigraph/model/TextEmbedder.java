package io.omnigraph.model;

/** The door to an embedding provider. Implementations are thread-safe and may block. */
public interface TextEmbedder {

  /**
   * The name of the model, compared literally with the one a schema records; empty if the provider
   * has none.
   */
  String model();

  /**
   * Embeds a query text.
   *
   * @return a vector of exactly {@code dimension} finite floats, L2-normalised
   * @throws GraphException if the provider fails or answers with another dimension
   */
  float[] embedQuery(String text, int dimension);
}
