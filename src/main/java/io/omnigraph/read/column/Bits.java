package io.omnigraph.read.column;

import java.util.Arrays;

/**
 * A growing set of non-negative ints as a bitmap; reading past its end answers false. Written by
 * one thread, then read by any.
 */
public final class Bits {

  private long[] words;

  /** All indices below it are members, as far as that was looked at; -1 before. */
  private int whole = -1;

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
    whole = Math.min(whole, index);
  }

  /**
   * Whether all of some indices are members.
   *
   * @param limit indices at or above it are none
   */
  boolean containsAll(int[] indices, int count, int limit) {
    int known = whole < 0 ? wholeBelow() : whole;
    int most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, indices[i]);
    }
    if (most < Math.min(known, limit)) {
      return true;
    }
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

  /** Whether every member of another set is one of this. */
  boolean containsAll(Bits other) {
    long[] now = words;
    long[] wanted = other.words;
    for (int w = 0; w < wanted.length; w++) {
      if ((wanted[w] & ~(w < now.length ? now[w] : 0L)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the first so many indices are all members. */
  boolean containsFirst(int count) {
    return (whole < 0 ? wholeBelow() : whole) >= count;
  }

  /** The number of members before the first gap. */
  private int wholeBelow() {
    long[] now = words;
    int word = 0;
    while (word < now.length && now[word] == -1L) {
      word++;
    }
    int below = word << 6;
    if (word < now.length) {
      below += Long.numberOfTrailingZeros(~now[word]);
    }
    whole = below;
    return below;
  }

  /**
   * Writes the places of members among some indices, ascending.
   *
   * @param into room for every place
   * @return how many
   */
  public int select(int[] indices, int count, int[] into) {
    long[] now = words;
    int end = (int) Math.min(Integer.MAX_VALUE, (long) now.length << 6);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int index = indices[i];
      into[kept] = i;
      kept += index < end ? (int) (now[index >>> 6] >>> index) & 1 : 0;
    }
    return kept;
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

  /** All members are below it. */
  int capacity() {
    return words.length << 6;
  }

  /**
   * Adds some indices.
   *
   * @return how many of them were not members
   */
  public int addAll(int[] indices, int count) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, indices[i]);
    }
    if (most >>> 6 >= words.length) {
      words = Arrays.copyOf(words, Math.max((most >>> 6) + 1, words.length + (words.length >> 1)));
    }
    long[] now = words;
    int added = 0;
    for (int i = 0; i < count; i++) {
      int index = indices[i];
      long word = now[index >>> 6];
      added += (int) (~word >>> index) & 1;
      now[index >>> 6] = word | 1L << index;
    }
    return added;
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
    whole = 0;
  }

  public Bits copy() {
    return new Bits(words.clone());
  }

  public long bytes() {
    return 16L + 8L * words.length;
  }
}
