package io.omnigraph.read;

import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.ListColumn;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.read.column.VectorColumn;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;

/** Copies result cells into Arrow vectors. */
final class ResultWriter {

  private ResultWriter() {}

  /** Fills an empty vector with the first {@code rows} cells. */
  static void write(Cells cells, int rows, FieldVector vector) {
    switch (vector) {
      case VarCharVector v -> texts(cells, rows, v);
      case FixedSizeListVector v -> vectors(cells, rows, v);
      case ListVector v -> lists(cells, rows, v);
      default -> scalars(cells, rows, vector);
    }
    vector.setValueCount(rows);
  }

  private static void scalars(Cells cells, int rows, FieldVector vector) {
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    for (int i = 0; i < rows; i++) {
      scalar(cells, i, vector, i);
    }
  }

  private static void texts(Cells cells, int rows, VarCharVector vector) {
    long bytes = 0;
    for (int i = 0; i < rows; i++) {
      bytes += cells.isNull(i) ? 0 : TextPool.length(cells.pool(), cells.startAt(i));
    }
    vector.allocateNew(Math.max(1, bytes), rows);
    for (int i = 0; i < rows; i++) {
      text(cells, i, vector, i);
    }
  }

  private static void text(Cells cells, int row, VarCharVector vector, int target) {
    if (cells.isNull(row)) {
      vector.setNull(target);
    } else {
      byte[] pool = cells.pool();
      int start = cells.startAt(row);
      vector.setSafe(target, pool, TextPool.offset(pool, start), TextPool.length(pool, start));
    }
  }

  private static void scalar(Cells cells, int row, FieldVector vector, int target) {
    if (cells.isNull(row)) {
      vector.setNull(target);
      return;
    }
    switch (vector) {
      case IntVector v -> v.setSafe(target, (int) cells.longAt(row));
      case UInt4Vector v -> v.setSafe(target, (int) cells.longAt(row));
      case BigIntVector v -> v.setSafe(target, cells.longAt(row));
      case UInt8Vector v -> v.setSafe(target, cells.longAt(row));
      case Float4Vector v -> v.setSafe(target, (float) cells.realAt(row));
      case Float8Vector v -> v.setSafe(target, cells.realAt(row));
      case BitVector v -> v.setSafe(target, (int) cells.longAt(row));
      case DateDayVector v -> v.setSafe(target, (int) cells.longAt(row));
      case DateMilliVector v -> v.setSafe(target, cells.longAt(row));
      case VarCharVector v -> text(cells, row, v, target);
      default -> throw new IllegalStateException("no result of type " + vector.getField());
    }
  }

  private static void vectors(Cells cells, int rows, FixedSizeListVector vector) {
    int dimension = vector.getListSize();
    Float4Vector items = (Float4Vector) vector.getDataVector();
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    items.allocateNew(rows * dimension);
    for (int i = 0; i < rows; i++) {
      if (cells.isNull(i)) {
        vector.setNull(i);
        continue;
      }
      VectorColumn column = (VectorColumn) cells.column();
      int row = cells.rowAt(i);
      vector.setNotNull(i);
      for (int d = 0; d < dimension; d++) {
        float element = column.page(row)[column.offset(row) + d];
        if (VectorColumn.isMissing(element)) {
          items.setNull(i * dimension + d);
        } else {
          items.setSafe(i * dimension + d, element);
        }
      }
    }
    items.setValueCount(rows * dimension);
  }

  private static void lists(Cells cells, int rows, ListVector vector) {
    FieldVector items = vector.getDataVector();
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    int used = 0;
    for (int i = 0; i < rows; i++) {
      if (cells.isNull(i)) {
        vector.setNull(i);
        continue;
      }
      ListColumn column = (ListColumn) cells.column();
      int begin = column.begin(cells.rowAt(i));
      int length = column.end(cells.rowAt(i)) - begin;
      int[] positions = new int[length];
      java.util.Arrays.setAll(positions, p -> begin + p);
      Cells values = column.items().gather(positions, length);
      vector.startNewValue(i);
      for (int p = 0; p < length; p++) {
        scalar(values, p, items, used++);
      }
      vector.endValue(i, length);
    }
    items.setValueCount(used);
  }
}
