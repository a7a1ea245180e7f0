package io.omnigraph.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
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
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Writes rows of result batches as JSON objects. Integers keep full width, 32-bit floats are
 * widened, NaN and infinities become strings, dates ISO texts, vectors and lists arrays. Columns
 * that share a name appear once, the later one wins, as a JSON object cannot hold both.
 */
final class JsonRows {

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Map<String, Integer> positions = new LinkedHashMap<>();

  JsonRows(List<ResultColumn> columns) {
    for (int i = 0; i < columns.size(); i++) {
      positions.put(columns.get(i).name(), i);
    }
  }

  void write(JsonGenerator json, VectorSchemaRoot batch, int row) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Integer> column : positions.entrySet()) {
      json.writeFieldName(column.getKey());
      FieldVector vector = batch.getVector(column.getValue());
      cell(json, vector, row);
    }
    json.writeEndObject();
  }

  private static void cell(JsonGenerator json, ValueVector vector, int row) throws IOException {
    if (vector.isNull(row)) {
      json.writeNull();
      return;
    }
    switch (vector) {
      case VarCharVector v -> {
        byte[] utf8 = v.get(row);
        json.writeUTF8String(utf8, 0, utf8.length);
      }
      case LargeVarCharVector v -> json.writeString(v.getObject(row).toString());
      case BitVector v -> json.writeBoolean(v.get(row) != 0);
      case IntVector v -> json.writeNumber(v.get(row));
      case BigIntVector v -> json.writeNumber(v.get(row));
      case UInt4Vector v -> json.writeNumber(Integer.toUnsignedLong(v.get(row)));
      case UInt8Vector v -> json.writeNumber(v.getObjectNoOverflow(row));
      case Float4Vector v -> number(json, v.get(row));
      case Float8Vector v -> number(json, v.get(row));
      case DateDayVector v -> json.writeString(LocalDate.ofEpochDay(v.get(row)).toString());
      case DateMilliVector v -> json.writeString(dateTime(v.get(row)));
      case FixedSizeListVector v -> {
        int size = v.getListSize();
        items(json, v.getDataVector(), row * size, size);
      }
      case ListVector v ->
          items(
              json,
              v.getDataVector(),
              v.getElementStartIndex(row),
              v.getElementEndIndex(row) - v.getElementStartIndex(row));
      default -> other(json, vector);
    }
  }

  private static void items(JsonGenerator json, ValueVector data, int start, int count)
      throws IOException {
    json.writeStartArray();
    for (int i = 0; i < count; i++) {
      cell(json, data, start + i);
    }
    json.writeEndArray();
  }

  /** Binary contents do not travel in rows; any other type is a defect of the engine. */
  private static void other(JsonGenerator json, ValueVector vector) throws IOException {
    ArrowType type = vector.getField().getType();
    if (type instanceof ArrowType.Binary
        || type instanceof ArrowType.LargeBinary
        || type instanceof ArrowType.Struct) {
      json.writeNull();
      return;
    }
    throw new IllegalStateException(
        "result column '" + vector.getName() + "' has the unexpected type " + type);
  }

  private static void number(JsonGenerator json, double value) throws IOException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      json.writeString(Double.toString(value));
    } else {
      json.writeNumber(value);
    }
  }

  private static String dateTime(long epochMillis) {
    return DATE_TIME.format(Instant.ofEpochMilli(epochMillis));
  }
}
