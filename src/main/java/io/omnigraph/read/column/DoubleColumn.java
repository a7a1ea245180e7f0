package io.omnigraph.read.column;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.jspecify.annotations.Nullable;

/** 64-bit floats. */
public final class DoubleColumn extends Column {

  private double[] values;
  private final Bits present;
  private final AtomicBoolean endTaken = new AtomicBoolean();

  DoubleColumn(int capacity) {
    this(new double[capacity], new Bits(capacity));
  }

  private DoubleColumn(double[] values, Bits present) {
    this.values = values;
    this.present = present;
  }

  private void put(int row, double value) {
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
    } else {
      put(row, ((Float8Vector) source).get(sourceRow));
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      put(row, source.realAt(sourceRow));
    }
  }

  @Override
  public void setNull(int row) {
    present.clear(row);
  }

  @Override
  public Cells gather(int[] rows, int count) {
    if (present.containsAll(rows, count, values.length)) {
      return Cells.viewOfReals(values, rows);
    }
    double[] out = new double[count];
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      if (present.get(rows[i])) {
        out[i] = values[rows[i]];
      } else {
        nulls = Cells.markNull(nulls, i, count);
      }
    }
    return Cells.ofReals(out, nulls);
  }

  @Override
  public Cells gatherPresent(int[] rows, int count) {
    return Cells.viewOfReals(values, rows);
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
    if (!convert) {
      return null;
    }
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = OrderKeys.ofReal(values[i]);
    }
    return new Keys(Cells.Kind.REAL, null, keys);
  }

  @Override
  public Column copy() {
    return new DoubleColumn(values.clone(), present.copy());
  }

  @Override
  public Column extended() {
    double[] shared = endTaken.compareAndSet(false, true) ? values : values.clone();
    return new DoubleColumn(shared, present.copy());
  }

  @Override
  public long bytes() {
    return 32L + 8L * values.length + present.bytes();
  }
}
