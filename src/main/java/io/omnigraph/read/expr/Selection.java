package io.omnigraph.read.expr;

import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.read.column.OrderKeys;
import io.omnigraph.read.column.TextPool;

/**
 * Finds the rows of a batch for which a comparison holds, as {@link Comparisons} defines it, in
 * loops over primitive arrays. Whatever fits into an int or a long in its order is compared so; the
 * rest goes row by row.
 */
final class Selection {

  private Selection() {}

  /**
   * Writes the numbers of the rows for which the comparison is true, ascending.
   *
   * @return how many
   */
  static int select(Operator operator, Cells left, Cells right, int rows, int[] into) {
    if (!Comparisons.comparable(left.kind(), right.kind())
        || left.isConstant() && left.isNull(0)
        || right.isConstant() && right.isNull(0)) {
      return 0;
    }
    int count;
    if (left.kind() == Kind.TEXT) {
      if (operator != Operator.EQ && operator != Operator.NE) {
        return selectRows(operator, left, right, rows, into);
      }
      count = selectTexts(operator == Operator.EQ, left, right, rows, into);
    } else if (left.isNarrow() && right.isNarrow()) {
      count = ints(operator, left, right, rows, into);
    } else {
      long[] a = keys(left, right.kind(), rows);
      long[] b = keys(right, left.kind(), rows);
      if (a == null || b == null) {
        return selectRows(operator, left, right, rows, into);
      }
      count = longs(operator, a, places(left, a, rows), b, places(right, b, rows), rows, into);
    }
    return left.hasNulls() || right.hasNulls() ? withoutNulls(left, right, into, count) : count;
  }

  /** How many rows fulfil the comparison. */
  static int count(Operator operator, Cells left, Cells right, int rows) {
    if (left.kind() == right.kind()
        && left.isNarrow()
        && right.isNarrow()
        && !left.hasNulls()
        && !right.hasNulls()) {
      return countInts(operator, left, right, rows);
    }
    return select(operator, left, right, rows, new int[rows]);
  }

  private static int countInts(Operator operator, Cells left, Cells right, int rows) {
    int[] a = left.ints();
    int[] b = right.ints();
    int[] atA = left.places(rows);
    int[] atB = right.places(rows);
    return switch (operator) {
      case EQ -> countEqual(a, atA, b, atB, rows);
      case NE -> rows - countEqual(a, atA, b, atB, rows);
      case LT -> countGreater(b, atB, a, atA, rows);
      case LE -> rows - countGreater(a, atA, b, atB, rows);
      case GT -> countGreater(a, atA, b, atB, rows);
      case GE -> rows - countGreater(b, atB, a, atA, rows);
    };
  }

  private static int countEqual(int[] a, int[] atA, int[] b, int[] atB, int rows) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      count += a[atA[i]] == b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int countGreater(int[] a, int[] atA, int[] b, int[] atB, int rows) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      count += a[atA[i]] > b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int selectRows(Operator operator, Cells left, Cells right, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      if (!left.isNull(i)
          && !right.isNull(i)
          && Comparisons.holds(operator, Comparisons.compare(left, i, right, i))) {
        into[count++] = i;
      }
    }
    return count;
  }

  private static int withoutNulls(Cells left, Cells right, int[] into, int count) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int row = into[i];
      if (!left.isNull(row) && !right.isNull(row)) {
        into[kept++] = row;
      }
    }
    return kept;
  }

  /**
   * Longs in the order of the values, to compare with another kind; null if there are none. The
   * array is the cells' own, or new with one long for each row (one for a constant).
   */
  private static long @org.jspecify.annotations.Nullable [] keys(
      Cells cells, Kind other, int rows) {
    Kind kind = cells.kind();
    int count = cells.isConstant() ? 1 : rows;
    if (kind == Kind.REAL || other == Kind.REAL) {
      boolean exact = kind == Kind.REAL || kind == Kind.INTEGER && isExact(cells);
      return exact ? ofReals(cells, count) : null;
    }
    if (kind != other) {
      return null;
    }
    if (kind == Kind.UNSIGNED) {
      long[] out = new long[count];
      for (int i = 0; i < count; i++) {
        out[i] = OrderKeys.ofUnsigned(cells.longAt(i));
      }
      return out;
    }
    if (!cells.isNarrow()) {
      return cells.longs();
    }
    long[] out = new long[count];
    int[] values = cells.ints();
    int[] places = cells.places(count);
    for (int i = 0; i < count; i++) {
      out[i] = values[places[i]];
    }
    return out;
  }

  /** Whether the integers are floats without loss. */
  private static boolean isExact(Cells cells) {
    return cells.isNarrow() || cells.isConstant() && OrderKeys.isExactReal(cells.longAt(0));
  }

  /** The order of floats in longs: equal zeros, NaN above all. */
  private static long[] ofReals(Cells cells, int count) {
    long[] out = new long[count];
    for (int i = 0; i < count; i++) {
      out[i] = OrderKeys.ofReal(cells.realAt(i));
    }
    return out;
  }

  private static int[] places(Cells cells, long[] keys, int rows) {
    return keys == cells.longs() ? cells.places(rows) : cells.settledPlaces(rows);
  }

  private static int ints(Operator operator, Cells left, Cells right, int rows, int[] into) {
    int[] a = left.ints();
    int[] b = right.ints();
    int[] atA = left.places(rows);
    int[] atB = right.places(rows);
    return switch (operator) {
      case EQ -> intsEqual(a, atA, b, atB, rows, into);
      case NE -> intsDifferent(a, atA, b, atB, rows, into);
      case LT -> intsGreater(b, atB, a, atA, rows, into);
      case LE -> intsAtLeast(b, atB, a, atA, rows, into);
      case GT -> intsGreater(a, atA, b, atB, rows, into);
      case GE -> intsAtLeast(a, atA, b, atB, rows, into);
    };
  }

  private static int intsEqual(int[] a, int[] atA, int[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] == b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int intsDifferent(int[] a, int[] atA, int[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] != b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int intsGreater(int[] a, int[] atA, int[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] > b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int intsAtLeast(int[] a, int[] atA, int[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] >= b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int longs(
      Operator operator, long[] a, int[] atA, long[] b, int[] atB, int rows, int[] into) {
    return switch (operator) {
      case EQ -> longsEqual(a, atA, b, atB, rows, into);
      case NE -> longsDifferent(a, atA, b, atB, rows, into);
      case LT -> longsGreater(b, atB, a, atA, rows, into);
      case LE -> longsAtLeast(b, atB, a, atA, rows, into);
      case GT -> longsGreater(a, atA, b, atB, rows, into);
      case GE -> longsAtLeast(a, atA, b, atB, rows, into);
    };
  }

  private static int longsEqual(long[] a, int[] atA, long[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] == b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int longsDifferent(
      long[] a, int[] atA, long[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] != b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int longsGreater(long[] a, int[] atA, long[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] > b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  private static int longsAtLeast(long[] a, int[] atA, long[] b, int[] atB, int rows, int[] into) {
    int count = 0;
    for (int i = 0; i < rows; i++) {
      into[count] = i;
      count += a[atA[i]] >= b[atB[i]] ? 1 : 0;
    }
    return count;
  }

  /** Whether texts are equal; places of null texts hold any start. */
  private static int selectTexts(boolean equal, Cells left, Cells right, int rows, int[] into) {
    byte[] a = left.pool();
    byte[] b = right.pool();
    int[] startsA = left.starts();
    int[] startsB = right.starts();
    int[] atA = left.places(rows);
    int[] atB = right.places(rows);
    boolean nulls = left.hasNulls() || right.hasNulls();
    int count = 0;
    for (int i = 0; i < rows; i++) {
      if (nulls && (left.isNull(i) || right.isNull(i))) {
        continue;
      }
      int startA = startsA[atA[i]];
      int startB = startsB[atB[i]];
      boolean same = a == b && startA == startB || TextPool.equal(a, startA, b, startB);
      if (same == equal) {
        into[count++] = i;
      }
    }
    return count;
  }
}
