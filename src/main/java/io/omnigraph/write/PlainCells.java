package io.omnigraph.write;

import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;

/** Cells of a file that lie as those of a table do: they can be copied without a look at them. */
final class PlainCells {

  private PlainCells() {}

  /** Whether a cell that is not null can be copied. Numbers that are none take the long way. */
  static boolean areAlike(FieldVector from, FieldVector to, int row) {
    return switch (from) {
      case IntVector v -> to instanceof IntVector;
      case BigIntVector v -> to instanceof BigIntVector;
      case UInt4Vector v -> to instanceof UInt4Vector;
      case UInt8Vector v -> to instanceof UInt8Vector;
      case BitVector v -> to instanceof BitVector;
      case DateDayVector v -> to instanceof DateDayVector;
      case Float4Vector v -> to instanceof Float4Vector && Float.isFinite(v.get(row));
      case Float8Vector v -> to instanceof Float8Vector && Double.isFinite(v.get(row));
      default -> false;
    };
  }
}
