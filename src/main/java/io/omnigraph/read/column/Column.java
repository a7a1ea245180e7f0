package io.omnigraph.read.column;

import io.omnigraph.schema.PropertyType;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * The values of one property, indexed by a dense row ordinal. A row that was never set is null.
 * Filled by one thread, then read by any; changing a shared column means {@link #copy} first.
 */
public abstract sealed class Column
    permits LongColumn,
        IntColumn,
        DoubleColumn,
        FloatColumn,
        BoolColumn,
        TextColumn,
        ListColumn,
        VectorColumn,
        NullColumn {

  /** An empty column for a type. */
  public static Column create(PropertyType type, int capacity) {
    if (type.list()) {
      return new ListColumn(type, capacity);
    }
    return switch (type.scalar()) {
      case STRING -> new TextColumn(capacity);
      case BOOL -> new BoolColumn(capacity);
      case I32 -> new IntColumn(Cells.Kind.INTEGER, capacity);
      case U32 -> new IntColumn(Cells.Kind.UNSIGNED, capacity);
      case DATE -> new IntColumn(Cells.Kind.DATE, capacity);
      case I64 -> new LongColumn(Cells.Kind.INTEGER, capacity);
      case U64 -> new LongColumn(Cells.Kind.UNSIGNED, capacity);
      case DATETIME -> new LongColumn(Cells.Kind.DATETIME, capacity);
      case F32 -> new FloatColumn(capacity);
      case F64 -> new DoubleColumn(capacity);
      case VECTOR -> new VectorColumn(type.vectorDimension(), capacity);
      case BLOB -> new NullColumn();
    };
  }

  public abstract boolean isNull(int row);

  /** Copies one cell of an Arrow vector into a row, growing as needed. */
  public abstract void set(int row, FieldVector source, int sourceRow);

  /** Copies one gathered cell into a row, growing as needed. */
  public abstract void set(int row, Cells source, int sourceRow);

  /** Makes a row null. */
  public abstract void setNull(int row);

  /**
   * Values at the ordinals, in their order. Where none of them is null they may be read through the
   * ordinals, and then hold as long as those stand ({@link Cells#settled}).
   */
  public abstract Cells gather(int[] rows, int count);

  /** As {@link #gather}, where it is known that none of the rows is null ({@link #covers}). */
  public Cells gatherPresent(int[] rows, int count) {
    return gather(rows, count);
  }

  /**
   * Whether all of some rows have a value. Remembered, so that asking about each batch is cheap.
   *
   * @param rows not to be changed any more; null for the first rows
   * @param first number of rows if {@code rows} is null
   */
  public final boolean covers(@Nullable Bits rows, int first) {
    if (rows == null) {
      return hasFirst(first);
    }
    Answer known = answer;
    if (known == null || known.rows != rows) {
      known = new Answer(rows, hasAll(rows));
      answer = known;
    }
    return known.covered;
  }

  private record Answer(Bits rows, boolean covered) {}

  private volatile @Nullable Answer answer;

  /** Whether all these rows have a value; false also where that would be costly to find out. */
  boolean hasAll(Bits rows) {
    return false;
  }

  boolean hasFirst(int count) {
    return false;
  }

  /**
   * The values of a column by row, as integers that are ordered as the values are ({@link
   * OrderKeys}): either as ints or as longs. Not to be changed.
   */
  public record Keys(Cells.Kind kind, int @Nullable [] ints, long @Nullable [] longs) {
    public int length() {
      return ints != null ? ints.length : longs != null ? longs.length : 0;
    }

    public long at(int row) {
      return ints != null ? ints[row] : longs != null ? longs[row] : 0;
    }
  }

  /**
   * The values as ordered integers; null if they are none.
   *
   * @param convert make them of the values if they are not held so, which takes a look at each
   */
  public @Nullable Keys keys(boolean convert) {
    return null;
  }

  /** An independent copy. */
  public abstract Column copy();

  /**
   * A copy in which only rows that were never set here will be set. May share the values with this
   * column: the first such copy takes the unused end of the array, further ones get their own.
   */
  public Column extended() {
    return copy();
  }

  /** Heap bytes held. */
  public abstract long bytes();

  /**
   * Copies a whole Arrow vector: row {@code i} goes to ordinal {@code ordinals[i]}, or is left out
   * where that is negative.
   */
  public void setAll(FieldVector source, int[] ordinals, int count) {
    for (int i = 0; i < count; i++) {
      if (ordinals[i] >= 0) {
        set(ordinals[i], source, i);
      }
    }
  }

  static int grown(int length, int row) {
    return Math.max(row + 1, length + (length >> 1) + 8);
  }
}
