package io.omnigraph.read.column;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.jspecify.annotations.Nullable;

/** 64-bit integers, signed or unsigned, and instants as milliseconds. */
public final class LongColumn extends Column {

  private final Cells.Kind kind;
  private long[] values;
  private final Bits present;
  private final AtomicBoolean endTaken = new AtomicBoolean();

  LongColumn(Cells.Kind kind, int capacity) {
    this(kind, new long[capacity], new Bits(capacity));
  }

  private LongColumn(Cells.Kind kind, long[] values, Bits present) {
    this.kind = kind;
    this.values = values;
    this.present = present;
  }

  private void put(int row, long value) {
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
    } else if (source instanceof BigIntVector longs) {
      put(row, longs.get(sourceRow));
    } else if (source instanceof UInt8Vector unsigned) {
      put(row, unsigned.get(sourceRow));
    } else {
      put(row, ((DateMilliVector) source).get(sourceRow));
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      put(row, source.longAt(sourceRow));
    }
  }

  @Override
  public void setNull(int row) {
    present.clear(row);
  }

  @Override
  public Cells gather(int[] rows, int count) {
    if (present.containsAll(rows, count, values.length)) {
      return Cells.viewOfLongs(kind, values, rows);
    }
    long[] out = new long[count];
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      if (present.get(rows[i])) {
        out[i] = values[rows[i]];
      } else {
        nulls = Cells.markNull(nulls, i, count);
      }
    }
    return Cells.ofLongs(kind, out, nulls);
  }

  @Override
  public Cells gatherPresent(int[] rows, int count) {
    return Cells.viewOfLongs(kind, values, rows);
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
      return new Keys(kind, null, values);
    }
    if (!convert) {
      return null;
    }
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = OrderKeys.ofUnsigned(values[i]);
    }
    return new Keys(kind, null, keys);
  }

  @Override
  public Column copy() {
    return new LongColumn(kind, values.clone(), present.copy());
  }

  @Override
  public Column extended() {
    long[] shared = endTaken.compareAndSet(false, true) ? values : values.clone();
    return new LongColumn(kind, shared, present.copy());
  }

  @Override
  public long bytes() {
    return 32L + 8L * values.length + present.bytes();
  }
}
