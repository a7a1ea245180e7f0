package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.read.column.OrderKeys;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import java.util.Arrays;
import java.util.List;

/**
 * What comparisons with the values of a row leave of one other value: for each row an interval of
 * keys, longs that are ordered as the values are.
 */
final class Intervals {

  /**
   * A comparison between the other value, on the left, and one of the row.
   *
   * @param operator anything but {@code !=}
   * @param other evaluated over the rows
   */
  record Bound(Operator operator, Operand other) {}

  /** Finds the keys of values. */
  @FunctionalInterface
  interface KeyFinder {
    /** Writes the key of each row, any for a null; false if they have none that compare. */
    boolean find(Cells cells, int rows, long[] into);
  }

  /** Keys that compare with those of values of a kind that are not texts. */
  static KeyFinder of(Kind kind) {
    return kind == Kind.REAL ? Intervals::reals : (cells, n, into) -> longs(kind, cells, n, into);
  }

  private static boolean longs(Kind kind, Cells cells, int rows, long[] into) {
    if (cells.kind() != kind) {
      return cells.kind() == Kind.NULL;
    }
    int[] places = cells.places(rows);
    if (cells.isNarrow()) {
      int[] values = cells.ints();
      for (int i = 0; i < rows; i++) {
        into[i] = values[places[i]];
      }
      return true;
    }
    long flip = kind == Kind.UNSIGNED ? Long.MIN_VALUE : 0;
    long[] values = cells.longs();
    for (int i = 0; i < rows; i++) {
      into[i] = values[places[i]] ^ flip;
    }
    return true;
  }

  private static boolean reals(Cells cells, int rows, long[] into) {
    boolean whole = cells.kind() == Kind.INTEGER;
    if (!whole && cells.kind() != Kind.REAL) {
      return cells.kind() == Kind.NULL;
    }
    for (int i = 0; i < rows; i++) {
      if (whole && !OrderKeys.isExactReal(cells.longAt(i))) {
        return false;
      }
      into[i] = OrderKeys.ofReal(cells.realAt(i));
    }
    return true;
  }

  private long[] lows = {};
  private long[] highs = {};
  private long[] others = {};

  /** The lowest key that each row lets pass. */
  long[] lows() {
    return lows;
  }

  /** The highest key that each row lets pass; below the lowest if there is none. */
  long[] highs() {
    return highs;
  }

  /** Finds the interval of each row; false if the values have no keys. */
  boolean find(List<Bound> bounds, Chunk source, KeyFinder keys) {
    int rows = source.rows();
    if (lows.length < rows) {
      lows = new long[rows];
      highs = new long[rows];
      others = new long[rows];
    }
    Arrays.fill(lows, 0, rows, Long.MIN_VALUE);
    Arrays.fill(highs, 0, rows, Long.MAX_VALUE);
    for (Bound bound : bounds) {
      Cells other = bound.other().evaluate(source);
      if (!keys.find(other, rows, others)) {
        return false;
      }
      narrow(bound.operator(), rows);
      if (other.hasNulls()) {
        for (int i = 0; i < rows; i++) {
          if (other.isNull(i)) {
            close(i);
          }
        }
      }
    }
    return true;
  }

  /** For keys that are ints: lets the intervals have ends that are. */
  void fitInts(int rows) {
    for (int i = 0; i < rows; i++) {
      if (lows[i] > Integer.MAX_VALUE || highs[i] < Integer.MIN_VALUE) {
        close(i);
      } else {
        lows[i] = Math.max(lows[i], Integer.MIN_VALUE);
        highs[i] = Math.min(highs[i], Integer.MAX_VALUE);
      }
    }
  }

  private void narrow(Operator operator, int rows) {
    switch (operator) {
      case EQ -> {
        raise(0, rows);
        lower(0, rows);
      }
      case LE -> lower(0, rows);
      case GE -> raise(0, rows);
      case LT -> lower(1, rows);
      case GT -> raise(1, rows);
      case NE -> throw new IllegalStateException("!= leaves no interval");
    }
  }

  private void raise(int by, int rows) {
    for (int i = 0; i < rows; i++) {
      long low = others[i] + by;
      if (by > 0 && low == Long.MIN_VALUE) {
        close(i);
      } else {
        lows[i] = Math.max(lows[i], low);
      }
    }
  }

  private void lower(int by, int rows) {
    for (int i = 0; i < rows; i++) {
      long high = others[i] - by;
      if (by > 0 && high == Long.MAX_VALUE) {
        close(i);
      } else {
        highs[i] = Math.min(highs[i], high);
      }
    }
  }

  /** Lets nothing pass, whatever else is compared. */
  private void close(int row) {
    lows[row] = Long.MAX_VALUE;
    highs[row] = Long.MIN_VALUE;
  }
}
