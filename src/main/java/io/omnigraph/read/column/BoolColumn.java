package io.omnigraph.read.column;

import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;

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
  public Column copy() {
    return new BoolColumn(values.copy(), present.copy());
  }

  @Override
  public long bytes() {
    return 24L + values.bytes() + present.bytes();
  }
}
