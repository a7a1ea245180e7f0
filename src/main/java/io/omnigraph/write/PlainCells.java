package io.omnigraph.write;

import io.omnigraph.storage.BlobCells;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.StructVector;

/** Cells of a file that lie as those of a table do: they can be copied without a look at them. */
final class PlainCells {

  private static final int PIECE_BYTES = 1 << 16;

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

  /** Copies bytes into a blob cell, in pieces; false if the cell, which is not null, holds none. */
  static boolean copyPayload(FieldVector from, int row, StructVector to, int target) {
    ArrowBuf data;
    long start;
    long size;
    switch (from) {
      case VarBinaryVector v -> {
        data = v.getDataBuffer();
        start = v.getStartOffset(row);
        size = v.getValueLength(row);
      }
      case LargeVarBinaryVector v -> {
        data = v.getDataBuffer();
        start = v.getOffsetBuffer().getLong((long) row * LargeVarBinaryVector.OFFSET_WIDTH);
        size = v.getOffsetBuffer().getLong((row + 1L) * LargeVarBinaryVector.OFFSET_WIDTH) - start;
      }
      default -> {
        return false;
      }
    }
    if (size == 0) {
      BlobCells.write(to, target, new byte[0]);
      return true;
    }
    BlobCells.PieceWriter pieces = BlobCells.begin(to, target, size);
    for (long at = 0; at < size; at += PIECE_BYTES) {
      byte[] piece = new byte[(int) Math.min(PIECE_BYTES, size - at)];
      data.getBytes(start + at, piece);
      pieces.write(at, piece);
    }
    return true;
  }
}
