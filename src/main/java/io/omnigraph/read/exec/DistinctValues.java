package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;

/** Which values each group has met. */
final class DistinctValues {

  private final boolean ordinals;
  private final KeyColumn numbers;
  private final PairSet pairs;
  private final Bits alone = new Bits(64);
  private boolean single = true;
  private int[] codes = {};
  private int[] own = {};
  private final QueryBudget budget;
  private long accounted;

  /**
   * @param ordinals whether the values are small numbers themselves
   */
  DistinctValues(boolean ordinals, QueryBudget budget) {
    this.ordinals = ordinals;
    this.budget = budget;
    this.numbers = new KeyColumn(budget);
    this.pairs = new PairSet(budget);
  }

  /** Numbers the values of a chunk. */
  void take(Cells values, int rows, int groupCount) {
    if (own.length < rows) {
      own = new int[rows];
    }
    codes = own;
    if (ordinals && values.isNarrow() && !values.isConstant()) {
      codes = values.ints();
    } else if (ordinals) {
      for (int i = 0; i < rows; i++) {
        codes[i] = (int) values.longAt(i);
      }
    } else {
      numbers.number(values, rows, codes);
    }
    if (single && groupCount > 1) {
      single = false;
      for (int code = alone.next(0); code >= 0; code = alone.next(code + 1)) {
        pairs.add(0, code);
      }
      alone.clearAll();
    }
  }

  /** Whether a row's value is new to its group. */
  boolean isNew(int group, int row) {
    return single ? alone.add(codes[row]) : pairs.add(group, codes[row]);
  }

  /** Adds the values of all rows to the only group; how many were new to it. */
  int addAll(int rows) {
    return alone.addAll(codes, rows);
  }

  void account() {
    long bytes = alone.bytes();
    if (bytes > accounted) {
      budget.reserve(bytes - accounted);
      accounted = bytes;
    }
  }
}
