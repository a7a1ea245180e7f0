package io.omnigraph.read.column;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.jspecify.annotations.Nullable;

/** 32-bit floats, read as doubles. */
public final class FloatColumn extends Column {

  private float[] values;
  private final Bits present;
  private final AtomicBoolean endTaken = new AtomicBoolean();

  FloatColumn(int capacity) {
    this(new float[capacity], new Bits(capacity));
  }

  private FloatColumn(float[] values, Bits present) {
    this.values = values;
    this.present = present;
  }

  private void put(int row, float value) {
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
      put(row, ((Float4Vector) source).get(sourceRow));
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      put(row, (float) source.realAt(sourceRow));
    }
  }

  @Override
  public void setNull(int row) {
    present.clear(row);
  }

  @Override
  public Cells gather(int[] rows, int count) {
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
    return new FloatColumn(values.clone(), present.copy());
  }

  @Override
  public Column extended() {
    float[] shared = endTaken.compareAndSet(false, true) ? values : values.clone();
    return new FloatColumn(shared, present.copy());
  }

  @Override
  public long bytes() {
    return 32L + 4L * values.length + present.bytes();
  }
}
