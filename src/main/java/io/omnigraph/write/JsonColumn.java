package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.Cells;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Writes the JSON values of one property into its column. Strict reading accepts exactly the JSON
 * kinds of the property's type; lenient reading turns a wrong kind into null if the property is
 * nullable. Not thread-safe.
 */
final class JsonColumn {

  private final Property property;
  private final JsonScalars scalars;
  private final boolean lenient;
  private final ExternalBlobs externalBlobs;
  private final SpooledTexts spooled;
  private final Utf8Text text = new Utf8Text();

  /**
   * @param spooled keeps the large payloads of the input
   */
  JsonColumn(
      Property property, boolean lenient, ExternalBlobs externalBlobs, SpooledTexts spooled) {
    this.property = property;
    this.scalars = new JsonScalars(property, lenient);
    this.lenient = lenient;
    this.externalBlobs = externalBlobs;
    this.spooled = spooled;
  }

  Property property() {
    return property;
  }

  /** Writes the parser's current value (an object or array is consumed whole). */
  void write(JsonParser parser, FieldVector vector, int row) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      writeNull(vector, row);
      return;
    }
    if (property.type().list()) {
      writeList(parser, vector, row);
      return;
    }
    if (property.type().scalar() == ScalarType.STRING && token == JsonToken.VALUE_STRING) {
      text.set(parser);
      ((VarCharVector) vector).setSafe(row, text.bytes(), 0, text.length());
      return;
    }
    if (property.type().scalar() == ScalarType.BLOB) {
      writeBlob(parser, (StructVector) vector, row);
      return;
    }
    Value value =
        switch (property.type().scalar()) {
          case VECTOR -> vector(parser);
          case BLOB, STRING, BOOL, I32, I64, U32, U64, F32, F64, DATETIME, DATE ->
              scalars.read(parser);
        };
    if (value.isNull()) {
      writeNull(vector, row);
    } else {
      Cells.write(vector, row, value);
    }
  }

  /** Writes null, or refuses it: for a missing field, an explicit null or an invalid value. */
  void writeNull(FieldVector vector, int row) {
    if (!property.type().nullable()) {
      throw nullRefused();
    }
    Cells.write(vector, row, Value.NULL);
  }

  private BadRequestException nullRefused() {
    ScalarType scalar = property.type().scalar();
    String quoted = "'" + property.name() + "'";
    String message =
        scalar == ScalarType.VECTOR
            ? "non-nullable vector property " + quoted + " has null values"
            : scalar == ScalarType.BLOB
                ? "non-nullable blob property " + quoted + " has null values"
                : "non-nullable property " + quoted + " has null or invalid values";
    return new BadRequestException(
        "null_not_allowed", message, Map.of("property", property.name()));
  }

  private void writeList(JsonParser parser, FieldVector vector, int row) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw error(
          "list property '" + property.name() + "' expects a JSON array, got " + kind(parser));
    }
    List<Value> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(
          parser.currentToken() == JsonToken.VALUE_NULL ? Value.NULL : scalars.readItem(parser));
    }
    Cells.write(vector, row, new Value.ListOf(items));
  }

  private Value vector(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      if (lenient) {
        parser.skipChildren();
        return Value.NULL;
      }
      throw error(
          "vector property '" + property.name() + "' expects a JSON array, got " + kind(parser));
    }
    int expected = property.type().vectorDimension();
    float[] elements = new float[expected];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      float element = element(parser);
      if (count < expected) {
        elements[count] = element;
      }
      count++;
    }
    if (count != expected) {
      throw error(
          "vector property '"
              + property.name()
              + "' expects "
              + expected
              + " dimensions, got "
              + count);
    }
    return new Value.Vector(elements);
  }

  private float element(JsonParser parser) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      if (!lenient) {
        throw error(
            "vector property '"
                + property.name()
                + "' elements must be numeric, got "
                + kind(parser));
      }
      parser.skipChildren();
      return 0;
    }
    float element = (float) parser.getDoubleValue();
    if (!Float.isFinite(element)) {
      throw error(
          "property '"
              + property.name()
              + "' value "
              + parser.getText()
              + " exceeds Float32 range");
    }
    return element;
  }

  private void writeBlob(JsonParser parser, StructVector vector, int row) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw error(
          "blob property '" + property.name() + "' must be a URI string or base64: prefixed data");
    }
    String value = parser.getText();
    SpooledTexts.Text large = spooled.find(value);
    if (large != null) {
      BlobCells.PieceWriter pieces = BlobCells.begin(vector, row, spooled.size(large));
      spooled.decode(large, pieces::write);
    } else if (BlobText.isInline(value)) {
      BlobCells.write(vector, row, BlobText.payload(value));
    } else {
      BlobText.check(property.name(), value, externalBlobs);
      BlobCells.writeUri(vector, row, value);
    }
  }

  private BadRequestException error(String message) {
    return new BadRequestException("invalid_value", message, Map.of("property", property.name()));
  }

  /** The kind of the current JSON value, for messages. */
  static String kind(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT, END_OBJECT, FIELD_NAME -> "object";
      case START_ARRAY, END_ARRAY -> "array";
      case VALUE_STRING -> "string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
      case VALUE_TRUE, VALUE_FALSE -> "boolean";
      case VALUE_NULL -> "null";
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "value";
    };
  }
}
