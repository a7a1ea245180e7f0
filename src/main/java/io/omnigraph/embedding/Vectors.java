package io.omnigraph.embedding;

import io.omnigraph.model.StorageException;

/** Checks and scales what providers answer. */
final class Vectors {

  private Vectors() {}

  /**
   * Scales a vector to length 1, in place.
   *
   * @throws StorageException if it holds a non-finite number or only zeros
   */
  static float[] normalised(float[] vector) {
    double sum = 0;
    for (float element : vector) {
      if (!Float.isFinite(element)) {
        throw new StorageException(
            "embedding_invalid",
            "the embedding provider answered a vector with a non-finite number");
      }
      sum += (double) element * element;
    }
    if (sum == 0) {
      throw new StorageException(
          "embedding_invalid", "the embedding provider answered a vector of zeros");
    }
    double length = Math.sqrt(sum);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }
}
