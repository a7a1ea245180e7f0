package io.omnigraph.read.column;

import org.apache.arrow.vector.FieldVector;

/** A column that is null everywhere: blobs, which queries do not read. */
public final class NullColumn extends Column {

  @Override
  public boolean isNull(int row) {
    return true;
  }

  @Override
  public void set(int row, FieldVector source, int sourceRow) {}

  @Override
  public void set(int row, Cells source, int sourceRow) {}

  @Override
  public void setNull(int row) {}

  @Override
  public Cells gather(int[] rows, int count) {
    return Cells.nulls(count);
  }

  @Override
  public Column copy() {
    return this;
  }

  @Override
  public long bytes() {
    return 16;
  }
}
