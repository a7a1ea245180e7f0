package io.omnigraph.read.table;

import java.util.Arrays;

/**
 * An int array that several versions share: each sees its own first {@code size} ints, and the
 * newest may append in place as long as nobody appended behind the same size before (otherwise the
 * array is copied). Ints once visible to a version never change.
 */
final class SharedInts {

  private static final class Tip {
    private int used;
  }

  private final int[] array;
  private final int size;
  private final Tip tip;

  private SharedInts(int[] array, int size, Tip tip) {
    this.array = array;
    this.size = size;
    this.tip = tip;
  }

  /** Wraps an array whose first {@code size} ints are filled. */
  static SharedInts of(int[] array, int size) {
    Tip tip = new Tip();
    tip.used = size;
    return new SharedInts(array, size, tip);
  }

  int[] array() {
    return array;
  }

  int size() {
    return size;
  }

  /** This array with ints appended. */
  SharedInts append(int[] more, int count) {
    if (count == 0) {
      return this;
    }
    synchronized (tip) {
      if (tip.used == size && size + count <= array.length) {
        System.arraycopy(more, 0, array, size, count);
        tip.used = size + count;
        return new SharedInts(array, size + count, tip);
      }
    }
    int capacity = size + count + Math.max(1024, (size + count) >> 4);
    int[] copy = Arrays.copyOf(array, Math.max(capacity, size + count));
    System.arraycopy(more, 0, copy, size, count);
    return of(copy, size + count);
  }
}
