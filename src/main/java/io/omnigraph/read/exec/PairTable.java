package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;

/**
 * Numbers distinct pairs of small numbers in order of first sight. Pairs of numbers that stay small
 * are found in a square array, all others by hashing.
 */
final class PairTable {

  /** Bits of the largest side of the square: a million places. */
  private static final int MOST_BITS = 10;

  private static final int FIRST_BITS = 5;

  private final QueryBudget budget;
  private final LongTable hashed;
  private int bits = FIRST_BITS;

  /** Number + 1 by both numbers; 0 where the pair was not met. */
  private int[] square = new int[1 << 2 * FIRST_BITS];

  PairTable(QueryBudget budget) {
    this.budget = budget;
    this.hashed = new LongTable(budget);
  }

  /** Writes the number of each pair; {@code into} may be one of the others. */
  void number(int[] left, int[] right, int rows, int[] into) {
    int all = 0;
    for (int i = 0; i < rows; i++) {
      all |= left[i] | right[i];
    }
    if (all >>> MOST_BITS != 0) {
      for (int i = 0; i < rows; i++) {
        into[i] = hashed.number(((long) left[i] << 32) | right[i]);
      }
      return;
    }
    if (all >>> bits != 0) {
      widen(32 - Integer.numberOfLeadingZeros(all));
    }
    int[] known = square;
    int shift = bits;
    for (int i = 0; i < rows; i++) {
      int place = left[i] << shift | right[i];
      int number = known[place];
      if (number == 0) {
        number = hashed.number(((long) left[i] << 32) | right[i]) + 1;
        known[place] = number;
      }
      into[i] = number - 1;
    }
  }

  /** What was in the square is found again by hashing. */
  private void widen(int wanted) {
    budget.reserve((4L << 2 * wanted) - (4L << 2 * bits));
    bits = wanted;
    square = new int[1 << 2 * bits];
  }
}
