package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.RowTest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons of one 32-bit property of what a hop reaches (the node, or the edge taken) with
 * values that are known before the hop. For each row that hops they leave one interval, so that the
 * loop over a list tests a neighbour as it meets it.
 */
final class HopRange {

  /**
   * @param operator between the property and the other side; anything but {@code !=}
   * @param other evaluated over the rows that hop
   * @param test the same comparison over the rows that the hop makes
   */
  record Bound(Operator operator, Operand other, RowTest test) {}

  private final boolean ofEdge;
  private final Supplier<Column.@Nullable Ints> property;
  private final List<Bound> bounds;
  private Column.@Nullable Ints known;
  private boolean asked;
  private int[] lows = {};
  private int[] highs = {};

  /**
   * @param ofEdge whether the property is one of the edge
   * @param property its values; null if they are not to be had as an array of ints
   */
  HopRange(boolean ofEdge, Supplier<Column.@Nullable Ints> property, List<Bound> bounds) {
    this.ofEdge = ofEdge;
    this.property = property;
    this.bounds = bounds;
  }

  boolean ofEdge() {
    return ofEdge;
  }

  /** The comparisons as tests of rows. */
  List<RowTest> tests() {
    return bounds.stream().map(Bound::test).toList();
  }

  /** The property of every node or edge. */
  int[] values() {
    if (known == null) {
      throw new IllegalStateException("no values without a successful call of prepare");
    }
    return known.values();
  }

  /** The lowest value that each row lets pass. */
  int[] lows() {
    return lows;
  }

  /** The highest value that each row lets pass; below the lowest if there is none. */
  int[] highs() {
    return highs;
  }

  /** Finds the interval of each row; false if these values do not compare as ints. */
  boolean prepare(Chunk source) {
    if (!asked) {
      known = property.get();
      asked = true;
    }
    if (known == null) {
      return false;
    }
    int rows = source.rows();
    if (lows.length < rows) {
      lows = new int[rows];
      highs = new int[rows];
    }
    Arrays.fill(lows, 0, rows, Integer.MIN_VALUE);
    Arrays.fill(highs, 0, rows, Integer.MAX_VALUE);
    for (Bound bound : bounds) {
      Cells other = bound.other().evaluate(source);
      if (!other.isNarrow() || other.kind() != known.kind()) {
        return false;
      }
      for (int i = 0; i < rows; i++) {
        narrow(bound.operator(), other, i);
      }
    }
    return true;
  }

  private void narrow(Operator operator, Cells other, int row) {
    if (other.isNull(row)) {
      close(row);
      return;
    }
    int value = (int) other.longAt(row);
    switch (operator) {
      case EQ -> {
        lows[row] = Math.max(lows[row], value);
        highs[row] = Math.min(highs[row], value);
      }
      case LE -> highs[row] = Math.min(highs[row], value);
      case GE -> lows[row] = Math.max(lows[row], value);
      case LT -> {
        if (value == Integer.MIN_VALUE) {
          close(row);
        } else {
          highs[row] = Math.min(highs[row], value - 1);
        }
      }
      case GT -> {
        if (value == Integer.MAX_VALUE) {
          close(row);
        } else {
          lows[row] = Math.max(lows[row], value + 1);
        }
      }
      case NE -> throw new IllegalStateException("!= leaves no interval");
    }
  }

  /** Lets nothing pass, whatever else is compared. */
  private void close(int row) {
    lows[row] = Integer.MAX_VALUE;
    highs[row] = Integer.MIN_VALUE;
  }
}
