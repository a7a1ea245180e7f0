package io.omnigraph.read.text;

import io.omnigraph.read.column.Hashing;
import io.omnigraph.read.column.TextPool;
import java.util.Arrays;

/** Numbers terms, given as UTF-8, in the order in which they come first. One writer, no reader. */
final class TermDictionary {

  private final TextPool pool = new TextPool(1024);
  private int[] slots = new int[1024];
  private int[] starts = new int[512];
  private int size;

  int size() {
    return size;
  }

  /** The number of a term; -1 if it was never added. */
  int find(byte[] bytes, int length) {
    return slots[slot(bytes, length)] - 1;
  }

  int add(byte[] bytes, int length) {
    int slot = slot(bytes, length);
    if (slots[slot] > 0) {
      return slots[slot] - 1;
    }
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
    }
    starts[size] = pool.append(bytes, 0, length);
    slots[slot] = ++size;
    if (2 * size > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private int slot(byte[] bytes, int length) {
    int mask = slots.length - 1;
    int slot = Hashing.of(bytes, 0, length) & mask;
    while (slots[slot] > 0 && !isAt(starts[slots[slot] - 1], bytes, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isAt(int start, byte[] bytes, int length) {
    byte[] texts = pool.bytes();
    int at = TextPool.offset(texts, start);
    return TextPool.length(texts, start) == length
        && Arrays.equals(texts, at, at + length, bytes, 0, length);
  }

  private void rehash() {
    slots = new int[2 * slots.length];
    byte[] texts = pool.bytes();
    int mask = slots.length - 1;
    for (int term = 0; term < size; term++) {
      int start = starts[term];
      int slot =
          Hashing.of(texts, TextPool.offset(texts, start), TextPool.length(texts, start)) & mask;
      while (slots[slot] > 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = term + 1;
    }
  }

  long bytes() {
    return 64L + 4L * slots.length + 4L * starts.length + pool.bytes().length;
  }
}
