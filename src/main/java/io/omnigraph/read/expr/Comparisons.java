package io.omnigraph.read.expr;

import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.read.column.ListColumn;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.read.column.VectorColumn;

/**
 * How values compare. Numbers of every width compare by their exact values (an integer never loses
 * digits against a float); the zeros are equal; NaN equals itself and is above every number, as in
 * storage filters. Texts compare by code points. Kinds that do not compare (Date with DateTime)
 * never fulfil a comparison.
 */
public final class Comparisons {

  private static final double TWO_63 = 0x1p63;

  private Comparisons() {}

  /** Whether two kinds compare at all. */
  public static boolean comparable(Kind left, Kind right) {
    return left == right && left != Kind.LIST && left != Kind.VECTOR && left != Kind.NULL
        || left.isNumeric() && right.isNumeric();
  }

  /**
   * Orders any two values of comparable kinds, or two lists or two vectors: null is smallest, lists
   * and vectors compare item by item. Gives groups an order; filters do not compare lists.
   */
  public static int order(Cells left, int leftRow, Cells right, int rightRow) {
    boolean leftNull = left.isNull(leftRow);
    boolean rightNull = right.isNull(rightRow);
    if (leftNull || rightNull) {
      return Boolean.compare(rightNull, leftNull);
    }
    return switch (left.kind()) {
      case LIST ->
          orderLists(
              (ListColumn) left.column(),
              left.rowAt(leftRow),
              (ListColumn) right.column(),
              right.rowAt(rightRow));
      case VECTOR ->
          orderVectors(
              (VectorColumn) left.column(),
              left.rowAt(leftRow),
              (VectorColumn) right.column(),
              right.rowAt(rightRow));
      case INTEGER, UNSIGNED, REAL, TEXT, BOOL, DATE, DATETIME, NULL ->
          compare(left, leftRow, right, rightRow);
    };
  }

  private static int orderLists(ListColumn left, int leftRow, ListColumn right, int rightRow) {
    Cells a = left.itemsOf(leftRow);
    Cells b = right.itemsOf(rightRow);
    int leftCount = left.end(leftRow) - left.begin(leftRow);
    int rightCount = right.end(rightRow) - right.begin(rightRow);
    for (int i = 0; i < Math.min(leftCount, rightCount); i++) {
      int order = order(a, i, b, i);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(leftCount, rightCount);
  }

  private static int orderVectors(
      VectorColumn left, int leftRow, VectorColumn right, int rightRow) {
    float[] a = left.page(leftRow);
    float[] b = right.page(rightRow);
    for (int i = 0; i < left.dimension(); i++) {
      int order = compare(a[left.offset(leftRow) + i], (double) b[right.offset(rightRow) + i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Orders two values that are not null, of comparable kinds. */
  public static int compare(Cells left, int leftRow, Cells right, int rightRow) {
    Kind a = left.kind();
    Kind b = right.kind();
    if (a == Kind.TEXT) {
      return TextPool.compare(
          left.pool(), left.startAt(leftRow), right.pool(), right.startAt(rightRow));
    }
    if (a == Kind.REAL) {
      double value = left.realAt(leftRow);
      return switch (b) {
        case REAL -> compare(value, right.realAt(rightRow));
        case INTEGER -> -compare(right.longAt(rightRow), value);
        case UNSIGNED -> -compareUnsigned(right.longAt(rightRow), value);
        case TEXT, BOOL, DATE, DATETIME, LIST, VECTOR, NULL -> throw incomparable(a, b);
      };
    }
    long value = left.longAt(leftRow);
    if (b == Kind.REAL) {
      return a == Kind.UNSIGNED
          ? compareUnsigned(value, right.realAt(rightRow))
          : compare(value, right.realAt(rightRow));
    }
    long other = right.longAt(rightRow);
    if (a == b) {
      return a == Kind.UNSIGNED ? Long.compareUnsigned(value, other) : Long.compare(value, other);
    }
    if (a == Kind.INTEGER && b == Kind.UNSIGNED) {
      return value < 0 ? -1 : Long.compareUnsigned(value, other);
    }
    if (a == Kind.UNSIGNED && b == Kind.INTEGER) {
      return other < 0 ? 1 : Long.compareUnsigned(value, other);
    }
    throw incomparable(a, b);
  }

  private static IllegalStateException incomparable(Kind a, Kind b) {
    return new IllegalStateException("cannot compare " + a + " with " + b);
  }

  /** Floats: equal zeros, NaN above all. */
  public static int compare(double left, double right) {
    if (left < right) {
      return -1;
    }
    if (left > right) {
      return 1;
    }
    return left == right ? 0 : Boolean.compare(Double.isNaN(left), Double.isNaN(right));
  }

  /** An integer against a float, exactly. */
  public static int compare(long left, double right) {
    if (Double.isNaN(right) || right >= TWO_63) {
      return -1;
    }
    if (right < -TWO_63) {
      return 1;
    }
    long whole = (long) right;
    int order = Long.compare(left, whole);
    return order != 0 ? order : Double.compare(0.0, (right - whole) + 0.0);
  }

  static int compareUnsigned(long left, double right) {
    if (left >= 0) {
      return compare(left, right);
    }
    if (Double.isNaN(right) || right >= 2 * TWO_63) {
      return -1;
    }
    if (right < TWO_63) {
      return 1;
    }
    return compare(left - Long.MIN_VALUE, right - TWO_63);
  }

  static boolean holds(Operator operator, int order) {
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }
}
