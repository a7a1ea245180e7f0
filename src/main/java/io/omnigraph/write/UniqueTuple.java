package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.storage.Cells;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The values of a group of unique columns as one byte string that is equal for equal tuples and
 * different for different ones: every component keeps its width and texts carry their length, so
 * {@code ("x|y", "z")} and {@code ("x", "y|z")} differ. Reuses its buffer: not thread-safe.
 */
final class UniqueTuple {

  private final List<String> columns;
  private byte[] bytes = new byte[64];
  private int length;

  UniqueTuple(List<String> columns) {
    this.columns = columns;
  }

  /** Encodes one row; false if a component is null, which exempts the row. */
  boolean encode(VectorSchemaRoot batch, int row) {
    length = 0;
    for (String column : columns) {
      FieldVector vector = batch.getVector(column);
      if (vector.isNull(row)) {
        return false;
      }
      append(vector, row);
    }
    return true;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private void append(FieldVector vector, int row) {
    switch (vector) {
      case VarCharVector v -> {
        int start = v.getStartOffset(row);
        int size = v.getEndOffset(row) - start;
        appendLong(size);
        reserve(size);
        v.getDataBuffer().getBytes(start, bytes, length, size);
        length += size;
      }
      case BitVector v -> appendLong(v.get(row));
      case IntVector v -> appendLong(v.get(row));
      case BigIntVector v -> appendLong(v.get(row));
      case UInt4Vector v -> appendLong(v.get(row) & 0xFFFF_FFFFL);
      case UInt8Vector v -> appendLong(v.get(row));
      case Float4Vector v -> appendLong(Float.floatToIntBits(v.get(row) + 0.0f));
      case Float8Vector v -> appendLong(Double.doubleToLongBits(v.get(row) + 0.0));
      case DateDayVector v -> appendLong(v.get(row));
      case DateMilliVector v -> appendLong(v.get(row));
      default ->
          throw new BadRequestException(
              "unsupported_unique_column",
              "uniqueness key: unsupported column type "
                  + vector.getField().getType()
                  + " for @unique/@key enforcement",
              Map.of("column", vector.getName()));
    }
  }

  private void appendLong(long value) {
    reserve(8);
    for (int i = 0; i < 8; i++) {
      bytes[length++] = (byte) (value >>> (8 * i));
    }
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }

  /** The columns as messages name them: {@code mail} or {@code (a, b)}. */
  String columnsText() {
    return columns.size() == 1 ? columns.getFirst() : "(" + String.join(", ", columns) + ")";
  }

  /** The values of a row as messages show them: {@code x} or {@code (x, y)}. */
  String valuesText(VectorSchemaRoot batch, int row) {
    List<String> texts =
        columns.stream().map(c -> text(Cells.read(batch.getVector(c), row))).toList();
    return texts.size() == 1 ? texts.getFirst() : "(" + String.join(", ", texts) + ")";
  }

  private static String text(Value value) {
    return ValueText.of(value);
  }
}
