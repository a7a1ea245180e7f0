package io.omnigraph.read.column;

import io.omnigraph.schema.PropertyType;
import org.apache.arrow.vector.FieldVector;

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

  /** Values at the ordinals, in their order. */
  public abstract Cells gather(int[] rows, int count);

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
