package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.schema.Property;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;

/** Reads single JSON values as the scalar type of a property, whether alone or as a list item. */
final class JsonScalars {

  private static final BigInteger U64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final Property property;
  private final boolean lenient;

  JsonScalars(Property property, boolean lenient) {
    this.property = property;
    this.lenient = lenient;
  }

  /** The value of a scalar property; null stands for an invalid value in lenient reading. */
  Value read(JsonParser parser) throws IOException {
    return read(parser, false);
  }

  /** The value of a list item; null stands for an invalid item in lenient reading. */
  Value readItem(JsonParser parser) throws IOException {
    return read(parser, true);
  }

  private Value read(JsonParser parser, boolean item) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (property.type().scalar()) {
      case STRING ->
          token == JsonToken.VALUE_STRING
              ? new Value.Text(parser.getText())
              : wrongKind(parser, item);
      case BOOL ->
          token.isBoolean() ? new Value.Bool(parser.getBooleanValue()) : wrongKind(parser, item);
      case I32 -> integer(parser, item, Integer.MIN_VALUE, Integer.MAX_VALUE, "Int32");
      case I64 -> integer(parser, item, Long.MIN_VALUE, Long.MAX_VALUE, "Int64");
      case U32 -> integer(parser, item, 0, 0xFFFF_FFFFL, "UInt32");
      case U64 -> unsigned(parser, item);
      case F32 -> real(parser, item, true);
      case F64 -> real(parser, item, false);
      case DATE -> date(parser, item);
      case DATETIME -> dateTime(parser, item);
      case VECTOR, BLOB ->
          throw new IllegalArgumentException("not a scalar of JSON: " + property.type());
    };
  }

  private Value integer(JsonParser parser, boolean item, long min, long max, String arrowName)
      throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return wrongKind(parser, item);
    }
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      if (lenient) {
        return Value.NULL;
      }
      throw outOfRange(parser, item, arrowName);
    }
    long value = parser.getLongValue();
    if (value < min || value > max) {
      if (!lenient || item) {
        throw outOfRange(parser, item, arrowName);
      }
      return new Value.Int(min < 0 ? (int) value : value & 0xFFFF_FFFFL);
    }
    return new Value.Int(value);
  }

  private Value unsigned(JsonParser parser, boolean item) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return wrongKind(parser, item);
    }
    BigInteger value = parser.getBigIntegerValue();
    if (value.signum() < 0 || value.compareTo(U64_MAX) > 0) {
      if (lenient) {
        return Value.NULL;
      }
      throw outOfRange(parser, item, "UInt64");
    }
    long bits = value.longValue();
    return bits >= 0 ? new Value.Int(bits) : new Value.BigUnsigned(bits);
  }

  private Value real(JsonParser parser, boolean item, boolean single) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      return wrongKind(parser, item);
    }
    double value = parser.getDoubleValue();
    double stored = single ? (float) value : value;
    if (!Double.isFinite(stored)) { // JSON knows no NaN, but tabular files do.
      throw outOfRange(parser, item, single ? "Float32" : "Float64");
    }
    return new Value.Real(stored);
  }

  private Value date(JsonParser parser, boolean item) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return new Value.Date(TemporalText.epochDay(parser.getText()));
    }
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return wrongKind(parser, item);
    }
    if (parser.getNumberType() != JsonParser.NumberType.INT) {
      throw error("Date value out of range: " + parser.getText());
    }
    return new Value.Date(parser.getIntValue());
  }

  private Value dateTime(JsonParser parser, boolean item) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return new Value.DateTime(TemporalText.epochMilli(parser.getText()));
    }
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return wrongKind(parser, item);
    }
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw error("DateTime value out of range: " + parser.getText());
    }
    return new Value.DateTime(parser.getLongValue());
  }

  private Value wrongKind(JsonParser parser, boolean item) throws IOException {
    if (lenient) {
      parser.skipChildren();
      return Value.NULL;
    }
    String what =
        item
            ? "list property '" + property.name() + "' items expect "
            : "property '" + property.name() + "' expects ";
    String shown =
        parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
            ? "number " + parser.getText()
            : JsonColumn.kind(parser);
    throw error(what + property.type().scalar().spelling() + ", got " + shown);
  }

  private BadRequestException outOfRange(JsonParser parser, boolean item, String arrowName)
      throws IOException {
    return error(
        (item ? "list value " : "property '" + property.name() + "' value ")
            + parser.getText()
            + " exceeds "
            + arrowName
            + " range");
  }

  private BadRequestException error(String message) {
    return new BadRequestException("invalid_value", message, Map.of("property", property.name()));
  }
}
