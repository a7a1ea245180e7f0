package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import java.util.Arrays;

/**
 * A set of pairs of small numbers: one bit for each pair as long as that takes modest memory, then
 * hashing.
 */
final class PairSet {

  private static final int FIRST_SHIFT = 10;

  /** Most words of the bitmap: 32 MB. */
  private static final int MOST_WORDS = 1 << 22;

  private final QueryBudget budget;
  private final LongTable hashed;

  /** The right number of a pair takes so many bits of its place. */
  private int shift = FIRST_SHIFT;

  private long[] words = new long[1 << FIRST_SHIFT - 6];
  private boolean dense = true;

  PairSet(QueryBudget budget) {
    this.budget = budget;
    this.hashed = new LongTable(budget);
  }

  /** Adds a pair; false if it was there. */
  boolean add(int left, int right) {
    if (dense) {
      long place = (long) left << shift | right;
      if (right >>> shift == 0 && place >>> 6 < words.length || makeRoom(left, right)) {
        place = (long) left << shift | right;
        long bit = 1L << place;
        int word = (int) (place >>> 6);
        boolean added = (words[word] & bit) == 0;
        words[word] |= bit;
        return added;
      }
    }
    int before = hashed.size();
    hashed.number((long) left << 32 | right);
    return hashed.size() > before;
  }

  /** Widens the bitmap for a pair; false if that would take too much: then all pairs are hashed. */
  private boolean makeRoom(int left, int right) {
    int wider = Math.max(shift, 32 - Integer.numberOfLeadingZeros(right));
    long lefts = Math.max(left + 1L, (long) words.length << 6 >>> shift);
    long wanted = Math.max(lefts << wider - 6, Math.min(MOST_WORDS, 2L * words.length));
    dense = lefts << wider - 6 <= MOST_WORDS;
    long[] old = words;
    if (!dense) {
      forEach(old, (l, r) -> hashed.number((long) l << 32 | r));
      budget.release(8L * old.length);
      words = new long[0];
      return false;
    }
    budget.reserve(8L * (wanted - old.length));
    if (wider == shift) {
      words = Arrays.copyOf(old, (int) wanted);
      return true;
    }
    long[] wide = new long[(int) wanted];
    forEach(
        old,
        (l, r) -> {
          long place = (long) l << wider | r;
          wide[(int) (place >>> 6)] |= 1L << place;
        });
    words = wide;
    shift = wider;
    return true;
  }

  @FunctionalInterface
  private interface PairVisitor {
    void visit(int left, int right);
  }

  private void forEach(long[] bits, PairVisitor visitor) {
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        long place = ((long) word << 6) + Long.numberOfTrailingZeros(rest);
        visitor.visit((int) (place >>> shift), (int) (place & (1L << shift) - 1));
      }
    }
  }
}
