package io.omnigraph.read.column;

import org.apache.arrow.vector.VarCharVector;

/**
 * The texts of one Arrow batch copied onto the heap in one go: {@code bytes} with {@code offsets}
 * (one more than rows). Null rows have length 0.
 */
public record HeapText(byte[] bytes, int[] offsets, int rows) {

  public static HeapText of(VarCharVector vector) {
    int rows = vector.getValueCount();
    int[] offsets = new int[rows + 1];
    if (rows == 0) {
      return new HeapText(new byte[0], offsets, 0);
    }
    int first = vector.getOffsetBuffer().getInt(0);
    for (int i = 1; i <= rows; i++) {
      offsets[i] = vector.getOffsetBuffer().getInt(4L * i) - first;
    }
    byte[] bytes = new byte[offsets[rows]];
    vector.getDataBuffer().getBytes(first, bytes, 0, bytes.length);
    return new HeapText(bytes, offsets, rows);
  }

  public int length(int row) {
    return offsets[row + 1] - offsets[row];
  }
}
