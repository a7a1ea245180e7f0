package io.omnigraph.storage;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
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
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Moves single values between {@link Value} and Arrow cells of every column type that {@link
 * TableSchemas} makes. Stateless.
 */
public final class Cells {

  private static final String INLINE_BLOB = "base64:";

  private Cells() {}

  /**
   * Writes a cell, growing the vector as needed.
   *
   * @throws BadRequestException if the value does not fit the column
   */
  public static void write(FieldVector vector, int row, Value value) {
    if (value.isNull()) {
      writeNull(vector, row);
      return;
    }
    switch (vector) {
      case VarCharVector v -> v.setSafe(row, text(vector, value).getBytes(StandardCharsets.UTF_8));
      case BitVector v -> v.setSafe(row, bool(vector, value) ? 1 : 0);
      case IntVector v ->
          v.setSafe(row, (int) inRange(vector, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case BigIntVector v -> v.setSafe(row, inRange(vector, value, Long.MIN_VALUE, Long.MAX_VALUE));
      case UInt4Vector v -> v.setSafe(row, (int) inRange(vector, value, 0, 0xffff_ffffL));
      case UInt8Vector v ->
          v.setSafe(
              row,
              value instanceof Value.BigUnsigned big
                  ? big.bits()
                  : inRange(vector, value, 0, Long.MAX_VALUE));
      case Float4Vector v -> v.setSafe(row, (float) real(vector, value));
      case Float8Vector v -> v.setSafe(row, real(vector, value));
      case DateDayVector v -> {
        if (!(value instanceof Value.Date date)) {
          throw mismatch(vector, value);
        }
        v.setSafe(row, date.epochDay());
      }
      case DateMilliVector v -> {
        if (!(value instanceof Value.DateTime time)) {
          throw mismatch(vector, value);
        }
        v.setSafe(row, time.epochMilli());
      }
      case FixedSizeListVector v -> writeVector(v, row, value);
      case ListVector v -> writeList(v, row, value);
      case StructVector v -> writeBlob(v, row, text(vector, value));
      default -> throw new IllegalArgumentException("unsupported column " + vector.getField());
    }
  }

  /**
   * Reads a cell. Blob columns read as null here: their payload comes from {@link
   * SnapshotHandle#takeBlobs}.
   */
  public static Value read(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return Value.NULL;
    }
    return switch (vector) {
      case VarCharVector v -> new Value.Text(new String(v.get(row), StandardCharsets.UTF_8));
      case BitVector v -> new Value.Bool(v.get(row) != 0);
      case IntVector v -> new Value.Int(v.get(row));
      case BigIntVector v -> new Value.Int(v.get(row));
      case UInt4Vector v -> new Value.Int(v.get(row) & 0xffff_ffffL);
      case UInt8Vector v ->
          v.get(row) >= 0 ? new Value.Int(v.get(row)) : new Value.BigUnsigned(v.get(row));
      case Float4Vector v -> new Value.Real(v.get(row));
      case Float8Vector v -> new Value.Real(v.get(row));
      case DateDayVector v -> new Value.Date(v.get(row));
      case DateMilliVector v -> new Value.DateTime(v.get(row));
      case FixedSizeListVector v -> new Value.Vector(readVector(v, row));
      case ListVector v -> readList(v, row);
      case StructVector ignored -> Value.NULL;
      default -> throw new IllegalArgumentException("unsupported column " + vector.getField());
    };
  }

  /** The elements of a vector cell, which must not be null. */
  public static float[] readVector(FixedSizeListVector vector, int row) {
    Float4Vector data = (Float4Vector) vector.getDataVector();
    float[] elements = new float[vector.getListSize()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = data.get(row * elements.length + i);
    }
    return elements;
  }

  static void writeNull(FieldVector vector, int row) {
    while (row >= vector.getValueCapacity()) {
      vector.reAlloc();
    }
    vector.setNull(row);
  }

  private static void writeVector(FixedSizeListVector vector, int row, Value value) {
    float[] elements = elements(vector, value);
    if (elements.length != vector.getListSize()) {
      throw new BadRequestException(
          "vector_dimension_mismatch",
          "column '"
              + vector.getName()
              + "' takes vectors of "
              + vector.getListSize()
              + " numbers, not "
              + elements.length,
          Map.of("column", vector.getName()));
    }
    while (row >= vector.getValueCapacity()) {
      vector.reAlloc();
    }
    vector.setNotNull(row);
    Float4Vector data = (Float4Vector) vector.getDataVector();
    for (int i = 0; i < elements.length; i++) {
      data.setSafe(row * elements.length + i, elements[i]);
    }
  }

  private static float[] elements(FixedSizeListVector vector, Value value) {
    if (value instanceof Value.Vector dense) {
      return dense.elements();
    }
    if (!(value instanceof Value.ListOf list)) {
      throw mismatch(vector, value);
    }
    float[] elements = new float[list.items().size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) real(vector, list.items().get(i));
    }
    return elements;
  }

  private static void writeList(ListVector vector, int row, Value value) {
    if (!(value instanceof Value.ListOf list)) {
      throw mismatch(vector, value);
    }
    int start = vector.startNewValue(row);
    FieldVector items = vector.getDataVector();
    for (int i = 0; i < list.items().size(); i++) {
      write(items, start + i, list.items().get(i));
    }
    vector.endValue(row, list.items().size());
  }

  private static Value readList(ListVector vector, int row) {
    int end = vector.getElementEndIndex(row);
    List<Value> items = new ArrayList<>();
    for (int i = vector.getElementStartIndex(row); i < end; i++) {
      items.add(read(vector.getDataVector(), i));
    }
    return new Value.ListOf(items);
  }

  private static void writeBlob(StructVector vector, int row, String text) {
    if (text.startsWith(INLINE_BLOB)) {
      try {
        BlobCells.write(
            vector, row, Base64.getDecoder().decode(text.substring(INLINE_BLOB.length())));
      } catch (IllegalArgumentException e) {
        throw new BadRequestException(
            "invalid_blob",
            "column '" + vector.getName() + "': the base64 payload is malformed",
            Map.of("column", vector.getName()),
            e);
      }
      return;
    }
    BlobCells.writeUri(vector, row, text);
  }

  private static String text(FieldVector vector, Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw mismatch(vector, value);
  }

  private static boolean bool(FieldVector vector, Value value) {
    if (value instanceof Value.Bool bool) {
      return bool.value();
    }
    throw mismatch(vector, value);
  }

  private static double real(FieldVector vector, Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Int integer) {
      return integer.value();
    }
    if (value instanceof Value.BigUnsigned big) {
      return new java.math.BigInteger(Long.toUnsignedString(big.bits())).doubleValue();
    }
    throw mismatch(vector, value);
  }

  private static long inRange(FieldVector vector, Value value, long least, long most) {
    if (!(value instanceof Value.Int integer)) {
      throw mismatch(vector, value);
    }
    if (integer.value() < least || integer.value() > most) {
      throw new BadRequestException(
          "value_out_of_range",
          "column '" + vector.getName() + "': value " + integer.value() + " is out of range",
          Map.of("column", vector.getName(), "value", integer.value()));
    }
    return integer.value();
  }

  private static BadRequestException mismatch(FieldVector vector, Value value) {
    return new BadRequestException(
        "value_type_mismatch",
        "column '"
            + vector.getName()
            + "' holds "
            + vector.getField().getType()
            + ", not "
            + value.getClass().getSimpleName(),
        Map.of("column", vector.getName()));
  }
}
