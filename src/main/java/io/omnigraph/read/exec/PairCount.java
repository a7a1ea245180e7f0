package io.omnigraph.read.exec;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.RowTest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the paths of two hops through each middle node without walking them: delivers the edges of
 * one side, each with the number of edges on the other side that go with it, or else the middle
 * nodes, each with the number of its paths. What is compared across the middle node is looked up
 * once per edge; pairs of keys are counted in short loops, or by sorting where lists are long.
 */
final class PairCount extends Operator {

  /** Which rows are delivered. */
  enum Root {
    MIDDLE,
    KEYS,
    BOUNDS
  }

  /**
   * What is compared across the middle node.
   *
   * @param key over the rows of the side of keys
   * @param bounds over the rows of the other side
   * @param different count what does not compare
   */
  record Crossing(Operand key, List<Intervals.Bound> bounds, Kind domain, boolean different) {}

  /** More pairs than this at one middle node are counted by sorting. */
  private static final int MANY_PAIRS = 1 << 14;

  private final NodeAccess nodes;
  private final int middleSlot;
  private final List<RowTest> middleTests;
  private final PairSide keySide;
  private final PairSide boundSide;
  private final @Nullable Crossing crossing;
  private final Root root;
  private final int slotCount;
  private final Intervals intervals = new Intervals();
  private final Intervals.KeyFinder keyFinder;

  private @Nullable OrdinalStream stream;
  private final int[] middles = new int[Chunk.CAPACITY];
  private final Chunk middleRows;
  private int middle;

  private long[] keys = {};
  private long[] weights = {};
  private long[] sortedKeys = {};
  private long[] sortedLows = {};
  private long[] sortedHighs = {};

  /** What is still to be delivered, and from where. */
  private @Nullable Chunk ready;

  private int given;

  PairCount(
      OperatorStats stats,
      QueryBudget budget,
      NodeAccess nodes,
      int middleSlot,
      List<RowTest> middleTests,
      PairSide keySide,
      PairSide boundSide,
      @Nullable Crossing crossing,
      Root root,
      int slotCount) {
    super(stats, budget);
    this.nodes = nodes;
    this.middleSlot = middleSlot;
    this.middleTests = middleTests;
    this.keySide = keySide;
    this.boundSide = boundSide;
    this.crossing = crossing;
    this.root = root;
    this.slotCount = slotCount;
    this.middleRows = new Chunk(slotCount);
    this.keyFinder = Intervals.of(crossing == null ? Kind.INTEGER : crossing.domain());
  }

  @Override
  @Nullable Chunk pull() {
    if (ready != null) {
      return window(ready);
    }
    if (middle >= middleRows.rows() && !nextMiddles()) {
      return null;
    }
    int first = middle;
    keySide.clear();
    boundSide.clear();
    int[] column = middleRows.slot(middleSlot);
    while (middle < middleRows.rows()
        && keySide.count() < Chunk.CAPACITY
        && boundSide.count() < Chunk.CAPACITY) {
      keySide.add(middle, column[middle]);
      boundSide.add(middle, column[middle]);
      middle++;
    }
    return count(first, middle);
  }

  private boolean nextMiddles() {
    if (stream == null) {
      stream = nodes.scan(List.of());
    }
    int count = stream.next(middles);
    if (count < 0) {
      middleRows.rows(0);
      middle = 0;
      return false;
    }
    middleRows.slot(middleSlot, middles);
    middleRows.rows(count);
    ConditionCompiler.apply(middleTests, middleRows);
    middle = 0;
    int[] column = middleRows.slot(middleSlot);
    keySide.find(column, middleRows.rows());
    boundSide.find(column, middleRows.rows());
    return true;
  }

  private Chunk count(int first, int end) {
    Chunk keyed = keySide.tested();
    Chunk bounded = boundSide.tested();
    if (crossing != null && keyed.rows() > 0 && bounded.rows() > 0) {
      compare(crossing, keyed, bounded);
    }
    int rows =
        switch (root) {
          case MIDDLE -> end - first;
          case KEYS -> keyed.rows();
          case BOUNDS -> bounded.rows();
        };
    if (weights.length < rows) {
      weights = new long[Math.max(rows, Chunk.CAPACITY)];
    }
    Arrays.fill(weights, 0, rows, 0);
    int k = 0;
    int b = 0;
    for (int place = first; place < end; place++) {
      int keyBegin = k;
      int boundBegin = b;
      while (k < keyed.rows() && keySide.places()[k] == place) {
        k++;
      }
      while (b < bounded.rows() && boundSide.places()[b] == place) {
        b++;
      }
      if (k > keyBegin && b > boundBegin) {
        pairs(keyBegin, k, boundBegin, b, place - first);
      }
    }
    return deliver(rows, keyed, bounded, first);
  }

  /** Looks up what is compared; rows that lack it make no path. */
  private void compare(Crossing across, Chunk keyed, Chunk bounded) {
    Cells cells = keySide.present(across.key());
    if (keys.length < keyed.rows()) {
      keys = new long[Math.max(keyed.rows(), Chunk.CAPACITY)];
    }
    across.bounds().forEach(bound -> boundSide.present(bound.other()));
    if (!keyFinder.find(cells, keyed.rows(), keys)
        || !intervals.find(across.bounds(), bounded, keyFinder)) {
      throw new IllegalStateException("values of these types have common keys");
    }
  }

  private void pairs(int keyBegin, int keyEnd, int boundBegin, int boundEnd, int place) {
    long all =
        switch (root) {
          case MIDDLE -> (long) (keyEnd - keyBegin) * (boundEnd - boundBegin);
          case KEYS -> boundEnd - boundBegin;
          case BOUNDS -> keyEnd - keyBegin;
        };
    if (crossing == null) {
      switch (root) {
        case MIDDLE -> weights[place] = all;
        case KEYS -> Arrays.fill(weights, keyBegin, keyEnd, all);
        case BOUNDS -> Arrays.fill(weights, boundBegin, boundEnd, all);
      }
      return;
    }
    long many = (long) (keyEnd - keyBegin) * (boundEnd - boundBegin);
    if (root == Root.KEYS) {
      if (many > MANY_PAIRS) {
        sortedPerKey(keyBegin, keyEnd, boundBegin, boundEnd);
      } else {
        perKey(keyBegin, keyEnd, boundBegin, boundEnd);
      }
      complement(keyBegin, keyEnd, all);
    } else {
      int from = root == Root.MIDDLE ? place : boundBegin;
      if (many > MANY_PAIRS) {
        sortedPerBound(keyBegin, keyEnd, boundBegin, boundEnd, from);
      } else {
        perBound(keyBegin, keyEnd, boundBegin, boundEnd, from);
      }
      complement(from, root == Root.MIDDLE ? place + 1 : boundEnd, all);
    }
  }

  private void complement(int from, int until, long all) {
    if (crossing != null && crossing.different()) {
      for (int i = from; i < until; i++) {
        weights[i] = all - weights[i];
      }
    }
  }

  /** For each key, the number of intervals it lies in. */
  private void perKey(int keyBegin, int keyEnd, int boundBegin, int boundEnd) {
    long[] lows = intervals.lows();
    long[] highs = intervals.highs();
    for (int k = keyBegin; k < keyEnd; k++) {
      long key = keys[k];
      int hits = 0;
      for (int b = boundBegin; b < boundEnd; b++) {
        hits += (lows[b] <= key ? 1 : 0) & (key <= highs[b] ? 1 : 0);
      }
      weights[k] = hits;
    }
  }

  /**
   * For each interval, the number of keys in it.
   *
   * @param into where the numbers go; all into one place where nodes are delivered
   */
  private void perBound(int keyBegin, int keyEnd, int boundBegin, int boundEnd, int into) {
    long[] values = keys;
    int step = root == Root.MIDDLE ? 0 : 1;
    int place = into;
    for (int b = boundBegin; b < boundEnd; b++) {
      long low = intervals.lows()[b];
      long high = intervals.highs()[b];
      int hits = 0;
      for (int k = keyBegin; k < keyEnd; k++) {
        hits += (low <= values[k] ? 1 : 0) & (values[k] <= high ? 1 : 0);
      }
      weights[place] += hits;
      place += step;
    }
  }

  /** A key lies in the intervals that have begun, less those that have ended before it. */
  private void sortedPerKey(int keyBegin, int keyEnd, int boundBegin, int boundEnd) {
    int most = boundEnd - boundBegin;
    sortedLows = room(sortedLows, most);
    sortedHighs = room(sortedHighs, most);
    int open = 0;
    for (int b = boundBegin; b < boundEnd; b++) {
      sortedLows[open] = intervals.lows()[b];
      sortedHighs[open] = intervals.highs()[b];
      open += intervals.lows()[b] <= intervals.highs()[b] ? 1 : 0;
    }
    Arrays.sort(sortedLows, 0, open);
    Arrays.sort(sortedHighs, 0, open);
    for (int k = keyBegin; k < keyEnd; k++) {
      weights[k] = atMost(sortedLows, open, keys[k]) - below(sortedHighs, open, keys[k]);
    }
    budget().checkTime();
  }

  private void sortedPerBound(int keyBegin, int keyEnd, int boundBegin, int boundEnd, int into) {
    int count = keyEnd - keyBegin;
    sortedKeys = room(sortedKeys, count);
    System.arraycopy(keys, keyBegin, sortedKeys, 0, count);
    Arrays.sort(sortedKeys, 0, count);
    int step = root == Root.MIDDLE ? 0 : 1;
    int place = into;
    for (int b = boundBegin; b < boundEnd; b++) {
      long low = intervals.lows()[b];
      long high = intervals.highs()[b];
      if (low <= high) {
        weights[place] += atMost(sortedKeys, count, high) - below(sortedKeys, count, low);
      }
      place += step;
    }
    budget().checkTime();
  }

  private long[] room(long[] array, int length) {
    if (array.length >= length) {
      return array;
    }
    budget().reserve(8L * (length - array.length));
    return new long[length];
  }

  private static int below(long[] sorted, int count, long key) {
    int low = 0;
    int high = count;
    while (low < high) {
      int half = (low + high) >>> 1;
      if (sorted[half] < key) {
        low = half + 1;
      } else {
        high = half;
      }
    }
    return low;
  }

  private static int atMost(long[] sorted, int count, long key) {
    return key == Long.MAX_VALUE ? count : below(sorted, count, key + 1);
  }

  private Chunk deliver(int rows, Chunk keyed, Chunk bounded, int first) {
    Chunk out =
        switch (root) {
          case MIDDLE -> middles(rows, first);
          case KEYS -> keyed;
          case BOUNDS -> bounded;
        };
    int[] kept = new int[rows];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      kept[count] = i;
      weights[count] = weights[i];
      count += weights[i] == 0 ? 0 : 1;
    }
    out.keep(kept, count);
    if (count <= Chunk.CAPACITY) {
      out.weights(weights);
      return out;
    }
    ready = out;
    given = 0;
    return window(out);
  }

  private Chunk middles(int rows, int first) {
    Chunk out = new Chunk(slotCount);
    out.slot(middleSlot, Arrays.copyOfRange(middleRows.slot(middleSlot), first, first + rows));
    out.rows(rows);
    return out;
  }

  /** The next rows of a chunk that is too large for one. */
  private Chunk window(Chunk all) {
    int count = Math.min(Chunk.CAPACITY, all.rows() - given);
    Chunk out = new Chunk(slotCount);
    for (int slot : root == Root.KEYS ? keySide.slots() : boundSide.slots()) {
      out.slot(slot, Arrays.copyOfRange(all.slot(slot), given, given + count));
    }
    out.weights(Arrays.copyOfRange(weights, given, given + count));
    out.rows(count);
    given += count;
    if (given == all.rows()) {
      ready = null;
    }
    return out;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
