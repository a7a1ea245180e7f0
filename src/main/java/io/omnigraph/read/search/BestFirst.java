package io.omnigraph.read.search;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.table.TextHits;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Brings hits into the order of falling scores, equal scores by id. */
final class BestFirst {

  private BestFirst() {}

  /**
   * The best hits among the nodes that the predicate names.
   *
   * @param wanted most of them
   */
  static Ranked of(TextHits hits, long wanted, IntPredicate isCandidate, NodeAccess nodes) {
    // Positive floats are ordered as their bits are: the best hits are the smallest keys.
    long[] keys = new long[hits.count()];
    int count = 0;
    long size = Math.max(1024, wanted > keys.length ? keys.length : 4 * wanted);
    long worst = Long.MAX_VALUE;
    for (int i = 0; i < hits.count(); i++) {
      long key = (long) (Integer.MAX_VALUE - Float.floatToIntBits(hits.scores()[i])) << 32 | i;
      if (key <= worst && isCandidate.test(hits.ordinals()[i])) {
        keys[count++] = key;
        if (count == size && wanted < count) {
          Arrays.sort(keys, 0, count);
          // All hits of the last score are kept: ids will tell which of them count.
          worst = wanted == 0 ? Long.MIN_VALUE : keys[(int) wanted - 1] | 0xFFFF_FFFFL;
          count = upTo(keys, count, worst);
          size = Math.max(size, 2L * count);
        }
      }
    }
    Arrays.sort(keys, 0, count);
    Ranked ranked = new Ranked();
    for (int from = 0; from < count && ranked.size() < wanted; ) {
      int to = upTo(keys, count, keys[from] | 0xFFFF_FFFFL);
      int[] ordinals = new int[to - from];
      for (int i = from; i < to; i++) {
        ordinals[i - from] = hits.ordinals()[(int) keys[i]];
      }
      if (ordinals.length > 1) {
        IntArrays.mergeSort(ordinals, nodes::compareIds);
      }
      float score = hits.scores()[(int) keys[from]];
      for (int i = 0; i < ordinals.length && ranked.size() < wanted; i++) {
        ranked.add(ordinals[i], score);
      }
      from = to;
    }
    return ranked;
  }

  /** How many of the sorted keys are at most so large. */
  private static int upTo(long[] keys, int count, long most) {
    int at = Arrays.binarySearch(keys, 0, count, most);
    return at < 0 ? -1 - at : at + 1;
  }
}
