package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;

/**
 * Numbers distinct longs in order of first sight. Values near the first one are found in an array,
 * all others by hashing.
 */
final class LongTable {

  private static final int WINDOW = 2048;
  private static final int START = 64;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int ENTRY_BYTES = 12;

  private final QueryBudget budget;
  private int size;

  /** Number + 1 of values from {@code base} on; 0 where there is none. */
  private int[] near = {};

  private long base;

  private long[] keys = new long[START];

  /** Number + 1 of the key at the same place. */
  private int[] numbers = new int[START];

  private int hashed;

  LongTable(QueryBudget budget) {
    this.budget = budget;
  }

  int size() {
    return size;
  }

  /** The number of a value, given anew if it was not seen. */
  int number(long value) {
    long distance = value - base;
    if (distance >= 0 && distance < near.length) {
      int known = near[(int) distance];
      if (known == 0) {
        known = ++size;
        near[(int) distance] = known;
      }
      return known - 1;
    }
    return far(value);
  }

  private int far(long value) {
    if (near.length == 0) {
      base = value >= Long.MIN_VALUE + WINDOW / 2 ? value - WINDOW / 2 : Long.MIN_VALUE;
      near = new int[WINDOW];
      return number(value);
    }
    int mask = keys.length - 1;
    int slot = (int) ((value * SPREAD) >>> 32) & mask;
    while (numbers[slot] != 0) {
      if (keys[slot] == value) {
        return numbers[slot] - 1;
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = value;
    numbers[slot] = ++size;
    if (++hashed * 2 > keys.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    if (keys.length >= 1 << 30) {
      budget.reserve(budget.room() + 1); // more values than arrays hold
    }
    budget.reserve((long) ENTRY_BYTES * keys.length * 2);
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[oldKeys.length * 2];
    numbers = new int[oldKeys.length * 2];
    int mask = keys.length - 1;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] != 0) {
        int slot = (int) ((oldKeys[i] * SPREAD) >>> 32) & mask;
        while (numbers[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        keys[slot] = oldKeys[i];
        numbers[slot] = oldNumbers[i];
      }
    }
    budget.release((long) ENTRY_BYTES * oldKeys.length);
  }
}
