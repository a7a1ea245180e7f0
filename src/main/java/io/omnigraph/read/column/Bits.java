package io.omnigraph.read.column;

import java.util.Arrays;

/**
 * A growing set of non-negative ints as a bitmap; reading past its end answers false. Written by
 * one thread, then read by any.
 */
public final class Bits {

  private long[] words;

  public Bits(int capacity) {
    words = new long[Math.max(1, (capacity + 63) >>> 6)];
  }

  private Bits(long[] words) {
    this.words = words;
  }

  public boolean get(int index) {
    int word = index >>> 6;
    return word < words.length && (words[word] & (1L << index)) != 0;
  }

  public void set(int index) {
    int word = index >>> 6;
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length + (words.length >> 1)));
    }
    words[word] |= 1L << index;
  }

  public void clear(int index) {
    int word = index >>> 6;
    if (word < words.length) {
      words[word] &= ~(1L << index);
    }
  }

  /**
   * Whether all of some indices are members.
   *
   * @param limit indices at or above it are none
   */
  boolean containsAll(int[] indices, int count, int limit) {
    long[] now = words;
    int end = (int) Math.min(limit, (long) now.length << 6);
    long all = 1;
    for (int i = 0; i < count; i++) {
      int index = indices[i];
      if (index >= end) {
        return false;
      }
      all &= now[index >>> 6] >>> index;
    }
    return (all & 1) != 0;
  }

  /** Adds the index; false if it was there. */
  public boolean add(int index) {
    if (get(index)) {
      return false;
    }
    set(index);
    return true;
  }

  /** Sets the first {@code count} bits. */
  public void setFirst(int count) {
    int whole = count >>> 6;
    if (((count + 63) >>> 6) > words.length) {
      words = Arrays.copyOf(words, (count + 63) >>> 6);
    }
    Arrays.fill(words, 0, whole, -1L);
    if ((count & 63) != 0) {
      words[whole] |= (1L << (count & 63)) - 1;
    }
  }

  /** The smallest member at or above {@code from}; -1 if there is none. */
  public int next(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return -1;
    }
    long bits = words[word] & (-1L << from);
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  public int cardinality() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  public void clearAll() {
    Arrays.fill(words, 0);
  }

  public Bits copy() {
    return new Bits(words.clone());
  }

  public long bytes() {
    return 16L + 8L * words.length;
  }
}
