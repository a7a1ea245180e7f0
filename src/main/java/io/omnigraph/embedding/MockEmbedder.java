package io.omnigraph.embedding;

import io.omnigraph.model.TextEmbedder;
import java.nio.charset.StandardCharsets;

/**
 * A deterministic stand-in: FNV-1a 64 of the text seeds a xorshift generator whose values, scaled
 * to [-1, 1] and L2-normalised, are the vector. Equal texts have equal vectors; nothing else is
 * meaningful.
 */
final class MockEmbedder implements TextEmbedder {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final double LARGEST_UNSIGNED = 18446744073709551615.0;

  private final String model;

  MockEmbedder(String model) {
    this.model = model;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public float[] embedQuery(String text, int dimension) {
    long state = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      state ^= b & 0xff;
      state *= FNV_PRIME;
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      vector[i] = (float) (unsignedToDouble(state) / LARGEST_UNSIGNED) * 2f - 1f;
    }
    return Vectors.normalised(vector);
  }

  private static double unsignedToDouble(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
