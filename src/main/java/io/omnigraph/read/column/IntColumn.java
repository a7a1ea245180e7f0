package io.omnigraph.read.column;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.jspecify.annotations.Nullable;

/** 32-bit integers, signed or unsigned, and dates as days. */
public final class IntColumn extends Column {

  private final Cells.Kind kind;
  private int[] values;
  private final Bits present;
  private final AtomicBoolean endTaken = new AtomicBoolean();

  IntColumn(Cells.Kind kind, int capacity) {
    this(kind, new int[capacity], new Bits(capacity));
  }

  private IntColumn(Cells.Kind kind, int[] values, Bits present) {
    this.kind = kind;
    this.values = values;
    this.present = present;
  }

  private void put(int row, int value) {
    if (row >= values.length) {
      values = Arrays.copyOf(values, grown(values.length, row));
    }
    values[row] = value;
    present.set(row);
  }

  @Override
  public boolean isNull(int row) {
    return !present.get(row);
  }

  @Override
  public void set(int row, FieldVector source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else if (source instanceof IntVector ints) {
      put(row, ints.get(sourceRow));
    } else if (source instanceof UInt4Vector unsigned) {
      put(row, unsigned.get(sourceRow));
    } else {
      put(row, ((DateDayVector) source).get(sourceRow));
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      put(row, (int) source.longAt(sourceRow));
    }
  }

  @Override
  public void setNull(int row) {
    present.clear(row);
  }

  @Override
  public Cells gather(int[] rows, int count) {
    boolean unsigned = kind == Cells.Kind.UNSIGNED;
    if (!unsigned && present.containsAll(rows, count, values.length)) {
      return Cells.viewOfInts(kind, values, rows);
    }
    long[] out = new long[count];
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (present.get(row)) {
        out[i] = unsigned ? values[row] & 0xFFFFFFFFL : values[row];
      } else {
        nulls = Cells.markNull(nulls, i, count);
      }
    }
    return Cells.ofLongs(kind == Cells.Kind.UNSIGNED ? Cells.Kind.INTEGER : kind, out, nulls);
  }

  @Override
  public Cells gatherPresent(int[] rows, int count) {
    return kind == Cells.Kind.UNSIGNED ? gather(rows, count) : Cells.viewOfInts(kind, values, rows);
  }

  @Override
  boolean hasAll(Bits rows) {
    return present.containsAll(rows);
  }

  @Override
  boolean hasFirst(int count) {
    return present.containsFirst(count);
  }

  @Override
  public @Nullable Keys keys(boolean convert) {
    if (kind != Cells.Kind.UNSIGNED) {
      return new Keys(kind, values, null);
    }
    if (!convert) {
      return null;
    }
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = values[i] & 0xFFFFFFFFL;
    }
    return new Keys(Cells.Kind.INTEGER, null, keys);
  }

  @Override
  public Column copy() {
    return new IntColumn(kind, values.clone(), present.copy());
  }

  @Override
  public Column extended() {
    int[] shared = endTaken.compareAndSet(false, true) ? values : values.clone();
    return new IntColumn(kind, shared, present.copy());
  }

  @Override
  public long bytes() {
    return 32L + 4L * values.length + present.bytes();
  }
}
