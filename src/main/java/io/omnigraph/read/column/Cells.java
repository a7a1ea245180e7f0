package io.omnigraph.read.column;

import io.omnigraph.model.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch of values of one kind, or one value that stands for every row ({@link #constant}).
 * Integers are longs or ints, both float widths doubles, texts starts into a {@link TextPool}'s
 * bytes, lists and vectors rows of a column. Immutable once built, except that a view reads values
 * that stand elsewhere through an index: it holds as long as whoever owns the index leaves it
 * alone, which for the columns of a chunk is until the chunk changes. What is kept longer is {@link
 * #settled} first.
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

  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};
  private static final double[] NO_REALS = {};
  private static final int[] NO_STARTS = {};
  private static final byte[] NO_POOL = {};

  private static final int[] ZEROS = new int[4096];
  private static final int[] ASCENDING = new int[4096];

  static {
    Arrays.setAll(ASCENDING, i -> i);
  }

  private final Kind kind;
  private final boolean constant;
  private final boolean narrow;
  private final int[] ints;
  private final long[] longs;
  private final double[] reals;
  private final byte[] pool;
  private final int[] starts;
  private final boolean @Nullable [] nulls;
  private final @Nullable Column column;

  /** Where the value of a row stands; null if at the row's number. */
  private final int @Nullable [] index;

  private Cells(
      Kind kind,
      boolean constant,
      long[] longs,
      double[] reals,
      byte[] pool,
      int[] starts,
      boolean @Nullable [] nulls,
      @Nullable Column column) {
    this(kind, constant, NO_INTS, longs, reals, pool, starts, nulls, column, null);
  }

  private Cells(
      Kind kind,
      boolean constant,
      int[] ints,
      long[] longs,
      double[] reals,
      byte[] pool,
      int[] starts,
      boolean @Nullable [] nulls,
      @Nullable Column column,
      int @Nullable [] index) {
    this.kind = kind;
    this.constant = constant;
    this.narrow = ints != NO_INTS;
    this.ints = ints;
    this.longs = longs;
    this.reals = reals;
    this.pool = pool;
    this.starts = starts;
    this.nulls = nulls;
    this.column = column;
    this.index = index;
  }

  private static Cells view(
      Kind kind, int[] ints, long[] longs, double[] reals, byte[] pool, int[] starts, int[] index) {
    return new Cells(kind, false, ints, longs, reals, pool, starts, null, null, index);
  }

  /** The values at some places of an array, none of them null. */
  static Cells viewOfInts(Kind kind, int[] values, int[] index) {
    return view(kind, values, NO_LONGS, NO_REALS, NO_POOL, NO_STARTS, index);
  }

  static Cells viewOfLongs(Kind kind, long[] values, int[] index) {
    return view(kind, NO_INTS, values, NO_REALS, NO_POOL, NO_STARTS, index);
  }

  static Cells viewOfReals(double[] values, int[] index) {
    return view(Kind.REAL, NO_INTS, NO_LONGS, values, NO_POOL, NO_STARTS, index);
  }

  /**
   * The texts at some places of an array of starts.
   *
   * @param index where the start of each row's text stands; to be left alone by its owner
   */
  public static Cells viewOfTexts(byte[] pool, int[] starts, int[] index) {
    return view(Kind.TEXT, NO_INTS, NO_LONGS, NO_REALS, pool, starts, index);
  }

  /** 32-bit integers, one for each row. */
  public static Cells ofInts(Kind kind, int[] values) {
    return new Cells(kind, false, values, NO_LONGS, NO_REALS, NO_POOL, NO_STARTS, null, null, null);
  }

  /**
   * These values in another order, each any number of times: row {@code i} shows what row {@code
   * map[i]} shows here.
   *
   * @throws IllegalStateException if these are a view themselves
   */
  public Cells mapped(int[] map) {
    if (constant) {
      return this;
    }
    if (index != null) {
      throw new IllegalStateException("a view cannot be mapped");
    }
    return new Cells(kind, false, ints, longs, reals, pool, starts, nulls, column, map);
  }

  /** These values for themselves, independent of any index. */
  public Cells settled(int count) {
    int[] at = index;
    if (at == null) {
      return this;
    }
    return new Cells(
        kind,
        false,
        narrow ? picked(ints, at, count) : NO_INTS,
        kind.isLong() && !narrow ? picked(longs, at, count) : NO_LONGS,
        kind == Kind.REAL ? picked(reals, at, count) : NO_REALS,
        pool,
        starts == NO_STARTS ? NO_STARTS : picked(starts, at, count),
        nulls == null ? null : picked(nulls, at, count),
        column,
        null);
  }

  private static int[] picked(int[] values, int[] at, int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = values[at[i]];
    }
    return out;
  }

  private static long[] picked(long[] values, int[] at, int count) {
    long[] out = new long[count];
    for (int i = 0; i < count; i++) {
      out[i] = values[at[i]];
    }
    return out;
  }

  private static double[] picked(double[] values, int[] at, int count) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = values[at[i]];
    }
    return out;
  }

  private static boolean[] picked(boolean[] values, int[] at, int count) {
    boolean[] out = new boolean[count];
    for (int i = 0; i < count; i++) {
      out[i] = values[at[i]];
    }
    return out;
  }

  private int at(int row) {
    return constant ? 0 : index == null ? row : index[row];
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
    if (value == (int) value && (kind == Kind.INTEGER || kind == Kind.DATE)) {
      int[] narrow = {(int) value};
      return new Cells(
          kind, true, narrow, NO_LONGS, NO_REALS, NO_POOL, NO_STARTS, null, null, null);
    }
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
    return nulls != null && nulls[at(row)];
  }

  public long longAt(int row) {
    return narrow ? ints[at(row)] : longs[at(row)];
  }

  /** A float, or an integer widened to one. */
  public double realAt(int row) {
    return switch (kind) {
      case REAL -> reals[at(row)];
      case UNSIGNED -> unsignedToDouble(longAt(row));
      case INTEGER, BOOL, DATE, DATETIME -> longAt(row);
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
    return starts[at(row)];
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
    return starts[at(row)];
  }

  /** Whether the values are 32-bit integers: {@link #ints} holds them, not {@link #longs}. */
  public boolean isNarrow() {
    return narrow;
  }

  /** For tight loops: the values that {@link #places} leads to. */
  public int[] ints() {
    return ints;
  }

  /** For tight loops: the values that {@link #places} leads to. */
  public long[] longs() {
    return longs;
  }

  /** For tight loops: the values that {@link #places} leads to. */
  public double[] reals() {
    return reals;
  }

  /** For tight loops: the starts that {@link #places} leads to. */
  public int[] starts() {
    return starts;
  }

  /** Where an array with a value for each row (one for a constant) has them. Not to be changed. */
  public int[] settledPlaces(int rows) {
    if (rows <= ASCENDING.length) {
      return constant ? ZEROS : ASCENDING;
    }
    int[] places = new int[rows];
    if (!constant) {
      Arrays.setAll(places, i -> i);
    }
    return places;
  }

  /** Where the values of the first rows stand in their array. Not to be changed. */
  public int[] places(int rows) {
    return index != null ? index : settledPlaces(rows);
  }
}
