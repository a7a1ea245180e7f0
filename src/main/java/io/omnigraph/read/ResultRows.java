package io.omnigraph.read;

import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/**
 * Result rows as plain Java values, for callers who embed the engine and for small results: String,
 * Boolean, Integer, Long, BigInteger (above the range of Long), Double, List or null. Dates are
 * {@code YYYY-MM-DD}, instants {@code YYYY-MM-DDTHH:MM:SS.mmmZ}; NaN and infinities are the texts
 * {@code NaN}, {@code Infinity}, {@code -Infinity}, as in JSON. Of columns that share a name the
 * last one shows.
 */
public final class ResultRows {

  /** How 64-bit integers are given. */
  public enum Integers {
    /** As numbers of full width. */
    NATIVE,
    /** As decimal texts where a JavaScript number would lose digits. */
    SAFE_IN_JAVASCRIPT
  }

  private static final long MOST_SAFE = (1L << 53) - 1;
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private ResultRows() {}

  /** Reads a cursor to its end; the caller closes it. */
  public static List<Map<String, @Nullable Object>> readAll(QueryCursor cursor, Integers form) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (VectorSchemaRoot batch = cursor.next(); batch != null; batch = cursor.next()) {
      for (int row = 0; row < batch.getRowCount(); row++) {
        rows.add(row(cursor.columns(), batch, row, form));
      }
    }
    return rows;
  }

  private static Map<String, @Nullable Object> row(
      List<ResultColumn> columns, VectorSchemaRoot batch, int row, Integers form) {
    Map<String, @Nullable Object> cells = new LinkedHashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      cells.put(columns.get(c).name(), cell(batch.getVector(c), row, form));
    }
    return cells;
  }

  private static @Nullable Object cell(ValueVector vector, int row, Integers form) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case VarCharVector v -> v.getObject(row).toString();
      case BitVector v -> v.get(row) != 0;
      case IntVector v -> v.get(row);
      case UInt4Vector v -> Integer.toUnsignedLong(v.get(row));
      case BigIntVector v -> integer(v.get(row), form);
      case UInt8Vector v -> unsigned(v, row, form);
      case Float4Vector v -> real(v.get(row));
      case Float8Vector v -> real(v.get(row));
      case DateDayVector v -> LocalDate.ofEpochDay(v.get(row)).toString();
      case DateMilliVector v -> DATE_TIME.format(Instant.ofEpochMilli(v.get(row)));
      case FixedSizeListVector v ->
          items(v.getDataVector(), row * v.getListSize(), v.getListSize(), form);
      case ListVector v ->
          items(
              v.getDataVector(),
              v.getElementStartIndex(row),
              v.getElementEndIndex(row) - v.getElementStartIndex(row),
              form);
      default -> throw new IllegalStateException("no result of type " + vector.getField());
    };
  }

  private static Object integer(long value, Integers form) {
    boolean safe = value >= -MOST_SAFE && value <= MOST_SAFE;
    return form == Integers.NATIVE || safe ? (Object) value : Long.toString(value);
  }

  private static Object unsigned(UInt8Vector vector, int row, Integers form) {
    long bits = vector.get(row);
    if (bits >= 0) {
      return integer(bits, form);
    }
    return form == Integers.NATIVE ? vector.getObjectNoOverflow(row) : Long.toUnsignedString(bits);
  }

  private static Object real(double value) {
    return Double.isFinite(value) ? (Object) value : Double.toString(value);
  }

  private static List<@Nullable Object> items(
      ValueVector data, int start, int count, Integers form) {
    List<@Nullable Object> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(cell(data, start + i, form));
    }
    return items;
  }
}
