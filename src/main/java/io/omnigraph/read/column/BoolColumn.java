package io.omnigraph.read.column;

import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Truth values, one bit each. */
public final class BoolColumn extends Column {

  private final Bits values;
  private final Bits present;

  BoolColumn(int capacity) {
    this(new Bits(capacity), new Bits(capacity));
  }

  private BoolColumn(Bits values, Bits present) {
    this.values = values;
    this.present = present;
  }

  private void put(int row, boolean value) {
    if (value) {
      values.set(row);
    } else {
      values.clear(row);
    }
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
      put(row, ((BitVector) source).get(sourceRow) != 0);
    }
  }

  @Override
  public void set(int row, Cells source, int sourceRow) {
    if (source.isNull(sourceRow)) {
      setNull(row);
    } else {
      put(row, source.longAt(sourceRow) != 0);
    }
  }

  @Override
  public void setNull(int row) {
    present.clear(row);
  }

  @Override
  public Cells gather(int[] rows, int count) {
    long[] out = new long[count];
    boolean[] nulls = null;
    for (int i = 0; i < count; i++) {
      if (!present.get(rows[i])) {
        nulls = Cells.markNull(nulls, i, count);
      } else if (values.get(rows[i])) {
        out[i] = 1;
      }
    }
    return Cells.ofLongs(Cells.Kind.BOOL, out, nulls);
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
    int[] keys = new int[present.capacity()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = values.get(i) ? 1 : 0;
    }
    return new Keys(Cells.Kind.BOOL, keys, null);
  }

  @Override
  public Column copy() {
    return new BoolColumn(values.copy(), present.copy());
  }

  @Override
  public long bytes() {
    return 24L + values.bytes() + present.bytes();
  }
}
