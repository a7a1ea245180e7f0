package io.omnigraph.write;

import org.apache.arrow.vector.VarCharVector;

/**
 * One of the equal shares into which texts fall by their hash. A check that cannot hold all of its
 * texts at once goes through its input once per share and looks at the texts of that share only.
 *
 * @param index from 0
 * @param count how many shares there are
 */
record HashShare(int index, int count) {

  /** All texts. */
  static final HashShare ALL = new HashShare(0, 1);

  boolean isAll() {
    return count == 1;
  }

  boolean has(byte[] bytes, int offset, int length) {
    return count == 1 || hasHash(IdPool.hash(bytes, offset, length));
  }

  /** True if the text of a non-null cell falls to this share. */
  boolean has(VarCharVector vector, int row) {
    if (count == 1) {
      return true;
    }
    int start = vector.getStartOffset(row);
    return hasHash(IdPool.hash(vector.getDataBuffer(), start, vector.getEndOffset(row) - start));
  }

  /** Mixed once more: pools place their entries by the same hash. */
  private boolean hasHash(int hash) {
    int mixed = (hash ^ hash >>> 15) * 0x2C1B3C6D;
    return Integer.remainderUnsigned(mixed ^ mixed >>> 13, count) == index;
  }
}
