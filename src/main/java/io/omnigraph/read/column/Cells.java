package io.omnigraph.read.column;

import io.omnigraph.model.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch of values of one kind, or one value that stands for every row ({@link #constant}).
 * Integers of every width are longs, both float widths doubles, texts starts into a {@link
 * TextPool}'s bytes, lists and vectors rows of a column. Immutable once built.
 */
public final class Cells {

  /** What the values are, which decides how they compare. */
  public enum Kind {
    INTEGER,
    /** 64-bit unsigned integers. */
    UNSIGNED,
    REAL,
    TEXT,
    BOOL,
    DATE,
    DATETIME,
    LIST,
    VECTOR,
    NULL;

    /** Whether values of this kind are kept as longs. */
    public boolean isLong() {
      return switch (this) {
        case INTEGER, UNSIGNED, BOOL, DATE, DATETIME -> true;
        case REAL, TEXT, LIST, VECTOR, NULL -> false;
      };
    }

    public boolean isNumeric() {
      return this == INTEGER || this == UNSIGNED || this == REAL;
    }
  }

  private static final long[] NO_LONGS = {};
  private static final double[] NO_REALS = {};
  private static final int[] NO_STARTS = {};
  private static final byte[] NO_POOL = {};

  private final Kind kind;
  private final boolean constant;
  private final long[] longs;
  private final double[] reals;
  private final byte[] pool;
  private final int[] starts;
  private final boolean @Nullable [] nulls;
  private final @Nullable Column column;

  private Cells(
      Kind kind,
      boolean constant,
      long[] longs,
      double[] reals,
      byte[] pool,
      int[] starts,
      boolean @Nullable [] nulls,
      @Nullable Column column) {
    this.kind = kind;
    this.constant = constant;
    this.longs = longs;
    this.reals = reals;
    this.pool = pool;
    this.starts = starts;
    this.nulls = nulls;
    this.column = column;
  }

  public static Cells ofLongs(Kind kind, long[] values, boolean @Nullable [] nulls) {
    return new Cells(kind, false, values, NO_REALS, NO_POOL, NO_STARTS, nulls, null);
  }

  public static Cells ofReals(double[] values, boolean @Nullable [] nulls) {
    return new Cells(Kind.REAL, false, NO_LONGS, values, NO_POOL, NO_STARTS, nulls, null);
  }

  public static Cells ofTexts(byte[] pool, int[] starts, boolean @Nullable [] nulls) {
    return new Cells(Kind.TEXT, false, NO_LONGS, NO_REALS, pool, starts, nulls, null);
  }

  static Cells ofColumn(Kind kind, Column column, int[] rows, int count) {
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      if (column.isNull(rows[i])) {
        nulls = markNull(nulls, i, count);
      }
    }
    int[] copy = Arrays.copyOf(rows, count);
    return new Cells(kind, false, NO_LONGS, NO_REALS, NO_POOL, copy, nulls, column);
  }

  /** All null. */
  public static Cells nulls(int count) {
    boolean[] nulls = new boolean[Math.max(1, count)];
    Arrays.fill(nulls, true);
    return new Cells(Kind.NULL, false, NO_LONGS, NO_REALS, NO_POOL, NO_STARTS, nulls, null);
  }

  /** One value for every row. */
  public static Cells constant(Value value) {
    return switch (value) {
      case Value.Null ignored ->
          new Cells(
              Kind.NULL, true, NO_LONGS, NO_REALS, NO_POOL, NO_STARTS, new boolean[] {true}, null);
      case Value.Int v -> constantLong(Kind.INTEGER, v.value());
      case Value.BigUnsigned v -> constantLong(Kind.UNSIGNED, v.bits());
      case Value.Bool v -> constantLong(Kind.BOOL, v.value() ? 1 : 0);
      case Value.Date v -> constantLong(Kind.DATE, v.epochDay());
      case Value.DateTime v -> constantLong(Kind.DATETIME, v.epochMilli());
      case Value.Real v ->
          new Cells(
              Kind.REAL, true, NO_LONGS, new double[] {v.value()}, NO_POOL, NO_STARTS, null, null);
      case Value.Text v ->
          new Cells(
              Kind.TEXT,
              true,
              NO_LONGS,
              NO_REALS,
              TextPool.single(v.value()),
              new int[1],
              null,
              null);
      case Value.ListOf v -> ConstantColumns.list(v);
      case Value.Vector v -> ConstantColumns.vector(v);
    };
  }

  private static Cells constantLong(Kind kind, long value) {
    return new Cells(kind, true, new long[] {value}, NO_REALS, NO_POOL, NO_STARTS, null, null);
  }

  static Cells constantColumn(Kind kind, Column column) {
    return new Cells(kind, true, NO_LONGS, NO_REALS, NO_POOL, new int[1], null, column);
  }

  /** Marks a row null, making the array on first use. */
  public static boolean[] markNull(boolean @Nullable [] nulls, int row, int count) {
    boolean[] marked = nulls == null ? new boolean[count] : nulls;
    marked[row] = true;
    return marked;
  }

  public Kind kind() {
    return kind;
  }

  /** True if one value stands for every row. */
  public boolean isConstant() {
    return constant;
  }

  public boolean hasNulls() {
    return nulls != null;
  }

  public boolean isNull(int row) {
    return nulls != null && nulls[constant ? 0 : row];
  }

  public long longAt(int row) {
    return longs[constant ? 0 : row];
  }

  /** A float, or an integer widened to one. */
  public double realAt(int row) {
    int at = constant ? 0 : row;
    return switch (kind) {
      case REAL -> reals[at];
      case UNSIGNED -> unsignedToDouble(longs[at]);
      case INTEGER, BOOL, DATE, DATETIME -> longs[at];
      case TEXT, LIST, VECTOR, NULL -> throw new IllegalStateException("not a number: " + kind);
    };
  }

  private static double unsignedToDouble(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  /**
   * One scalar as a value.
   *
   * @throws IllegalStateException for lists and vectors
   */
  public Value valueAt(int row) {
    if (isNull(row)) {
      return new Value.Null();
    }
    return switch (kind) {
      case INTEGER -> new Value.Int(longAt(row));
      case UNSIGNED -> new Value.BigUnsigned(longAt(row));
      case REAL -> new Value.Real(realAt(row));
      case TEXT -> new Value.Text(textAt(row));
      case BOOL -> new Value.Bool(longAt(row) != 0);
      case DATE -> new Value.Date((int) longAt(row));
      case DATETIME -> new Value.DateTime(longAt(row));
      case NULL -> new Value.Null();
      case LIST, VECTOR -> throw new IllegalStateException("not a scalar: " + kind);
    };
  }

  /** The bytes that text starts point into. */
  public byte[] pool() {
    return pool;
  }

  public int startAt(int row) {
    return starts[constant ? 0 : row];
  }

  public String textAt(int row) {
    return TextPool.text(pool, startAt(row));
  }

  /** The column behind lists and vectors. */
  public Column column() {
    if (column == null) {
      throw new IllegalStateException("no column behind " + kind);
    }
    return column;
  }

  /** The row of {@link #column()}. */
  public int rowAt(int row) {
    return starts[constant ? 0 : row];
  }

  /** The raw longs, for tight loops over a batch that is not constant. */
  public long[] longs() {
    return longs;
  }

  public double[] reals() {
    return reals;
  }

  public int[] starts() {
    return starts;
  }

  public boolean @Nullable [] nullFlags() {
    return nulls;
  }
}
