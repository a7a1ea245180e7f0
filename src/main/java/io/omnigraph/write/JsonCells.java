package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.model.Value;
import io.omnigraph.storage.Cells;
import java.io.IOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;

/** Writes cells as the JSON that a load reads back to the same value. */
final class JsonCells {

  private JsonCells() {}

  static void write(JsonGenerator json, FieldVector cells, int row) throws IOException {
    if (cells instanceof Float4Vector singles && !singles.isNull(row)) {
      json.writeNumber(singles.get(row));
    } else {
      write(json, Cells.read(cells, row), cells);
    }
  }

  private static void write(JsonGenerator json, Value value, FieldVector cells) throws IOException {
    switch (value) {
      case Value.Null n -> json.writeNull();
      case Value.Text t -> json.writeString(t.value());
      case Value.Bool b -> json.writeBoolean(b.value());
      case Value.Int i -> json.writeNumber(i.value());
      case Value.BigUnsigned u -> json.writeNumber(Unsigned.toBigInteger(u.bits()));
      case Value.Real r -> writeReal(json, r.value(), cells);
      case Value.Date d -> json.writeString(TemporalText.date(d.epochDay()));
      case Value.DateTime d -> json.writeString(TemporalText.dateTime(d.epochMilli()));
      case Value.ListOf l -> {
        json.writeStartArray();
        FieldVector items = cells.getChildrenFromFields().getFirst();
        for (Value item : l.items()) {
          write(json, item, items);
        }
        json.writeEndArray();
      }
      case Value.Vector v -> {
        json.writeStartArray();
        for (float element : v.elements()) {
          json.writeNumber(element);
        }
        json.writeEndArray();
      }
    }
  }

  /** A stored float is written as the shortest text that reads back as the same float. */
  private static void writeReal(JsonGenerator json, double value, FieldVector cells)
      throws IOException {
    if (cells instanceof Float4Vector) {
      json.writeNumber((float) value);
    } else {
      json.writeNumber(value);
    }
  }
}
