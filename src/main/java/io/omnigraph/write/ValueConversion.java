package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the value of an assignment into exactly what the column of its property holds: integers in
 * range, integers widened to floats where the property is a float, texts of dates decoded, vectors
 * of the declared length. What cannot be kept exactly is refused; nothing is rounded, wrapped or
 * silently turned into null. Enum membership is left to the integrity checks.
 */
final class ValueConversion {

  private ValueConversion() {}

  /**
   * Converts an assigned value.
   *
   * @throws BadRequestException if the property cannot hold it
   */
  static Value convert(Property property, Value value) {
    PropertyType type = property.type();
    if (value.isNull()) {
      if (!type.nullable()) {
        throw new BadRequestException(
            "null_not_allowed",
            "property '" + property.name() + "' is non-nullable but got null",
            Map.of("property", property.name()));
      }
      return Value.NULL;
    }
    if (type.list()) {
      return listOf(property, value);
    }
    return scalar(property, type.scalar(), value);
  }

  private static Value listOf(Property property, Value value) {
    if (!(value instanceof Value.ListOf list)) {
      throw mismatch(property, value);
    }
    List<Value> items = new ArrayList<>(list.items().size());
    for (Value item : list.items()) {
      items.add(item.isNull() ? item : scalar(property, property.type().scalar(), item));
    }
    return new Value.ListOf(items);
  }

  private static Value scalar(Property property, ScalarType type, Value value) {
    return switch (type) {
      case STRING -> value instanceof Value.Text ? value : fail(property, value);
      case BLOB -> value instanceof Value.Text ? value : fail(property, value);
      case BOOL -> value instanceof Value.Bool ? value : fail(property, value);
      case I32 -> integer(property, value, Integer.MIN_VALUE, Integer.MAX_VALUE, "Int32");
      case I64 -> integer(property, value, Long.MIN_VALUE, Long.MAX_VALUE, "Int64");
      case U32 -> integer(property, value, 0, 0xFFFF_FFFFL, "UInt32");
      case U64 ->
          value instanceof Value.BigUnsigned
              ? value
              : integer(property, value, 0, Long.MAX_VALUE, "UInt64");
      case F32 -> float32(real(property, value));
      case F64 -> new Value.Real(real(property, value));
      case DATE -> date(property, value);
      case DATETIME -> dateTime(property, value);
      case VECTOR -> vector(property, value);
    };
  }

  private static Value integer(
      Property property, Value value, long min, long max, String arrowName) {
    if (value instanceof Value.BigUnsigned big) {
      throw outOfRange(Long.toUnsignedString(big.bits()), arrowName);
    }
    if (!(value instanceof Value.Int number)) {
      return fail(property, value);
    }
    if (number.value() < min || number.value() > max) {
      throw outOfRange(Long.toString(number.value()), arrowName);
    }
    return number;
  }

  private static BadRequestException outOfRange(String value, String arrowName) {
    return new BadRequestException(
        "value_out_of_range",
        "integer value " + value + " exceeds " + arrowName + " range",
        Map.of("value", value));
  }

  private static double real(Property property, Value value) {
    double number =
        switch (value) {
          case Value.Real real -> real.value();
          case Value.Int integer -> integer.value();
          case Value.BigUnsigned big -> Unsigned.toDouble(big.bits());
          case Value.Null n -> fail(property, n);
          case Value.Text t -> fail(property, t);
          case Value.Bool b -> fail(property, b);
          case Value.Date d -> fail(property, d);
          case Value.DateTime d -> fail(property, d);
          case Value.ListOf l -> fail(property, l);
          case Value.Vector v -> fail(property, v);
        };
    if (!Double.isFinite(number)) {
      throw new BadRequestException(
          "value_out_of_range",
          "float value " + number + " is not finite",
          Map.of("property", property.name()));
    }
    return number;
  }

  private static Value float32(double number) {
    float narrowed = (float) number;
    if (Float.isInfinite(narrowed)) {
      throw new BadRequestException(
          "value_out_of_range",
          "float value " + number + " exceeds Float32 range",
          Map.of("value", number));
    }
    return new Value.Real(narrowed);
  }

  private static Value date(Property property, Value value) {
    return switch (value) {
      case Value.Date date -> date;
      case Value.Text text -> new Value.Date(TemporalText.epochDay(text.value()));
      case Value.Null n -> fail(property, n);
      case Value.Bool b -> fail(property, b);
      case Value.Int i -> fail(property, i);
      case Value.BigUnsigned i -> fail(property, i);
      case Value.Real r -> fail(property, r);
      case Value.DateTime d -> fail(property, d);
      case Value.ListOf l -> fail(property, l);
      case Value.Vector v -> fail(property, v);
    };
  }

  private static Value dateTime(Property property, Value value) {
    return switch (value) {
      case Value.DateTime dateTime -> dateTime;
      case Value.Text text -> new Value.DateTime(TemporalText.epochMilli(text.value()));
      case Value.Null n -> fail(property, n);
      case Value.Bool b -> fail(property, b);
      case Value.Int i -> fail(property, i);
      case Value.BigUnsigned i -> fail(property, i);
      case Value.Real r -> fail(property, r);
      case Value.Date d -> fail(property, d);
      case Value.ListOf l -> fail(property, l);
      case Value.Vector v -> fail(property, v);
    };
  }

  private static Value vector(Property property, Value value) {
    float[] elements;
    if (value instanceof Value.Vector vector) {
      elements = vector.elements();
    } else if (value instanceof Value.ListOf list) {
      elements = new float[list.items().size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = element(list.items().get(i));
      }
    } else {
      throw mismatch(property, value);
    }
    int expected = property.type().vectorDimension();
    if (elements.length != expected) {
      throw new BadRequestException(
          "vector_dimension",
          "vector property expects " + expected + " dimensions, got " + elements.length,
          Map.of("property", property.name(), "expected", expected, "actual", elements.length));
    }
    return new Value.Vector(elements);
  }

  private static float element(Value item) {
    double number =
        switch (item) {
          case Value.Real real -> real.value();
          case Value.Int integer -> integer.value();
          case Value.BigUnsigned big -> Unsigned.toDouble(big.bits());
          case Value.Null n -> throw notNumeric();
          case Value.Text t -> throw notNumeric();
          case Value.Bool b -> throw notNumeric();
          case Value.Date d -> throw notNumeric();
          case Value.DateTime d -> throw notNumeric();
          case Value.ListOf l -> throw notNumeric();
          case Value.Vector v -> throw notNumeric();
        };
    return (float) ((Value.Real) float32(number)).value();
  }

  private static BadRequestException notNumeric() {
    return new BadRequestException("invalid_value", "vector elements must be numeric");
  }

  private static <T> T fail(Property property, Value value) {
    throw mismatch(property, value);
  }

  private static BadRequestException mismatch(Property property, Value value) {
    return new BadRequestException(
        "type_mismatch",
        "property '"
            + property.name()
            + "' has type "
            + property.type()
            + " but got "
            + kind(value),
        Map.of("property", property.name()));
  }

  /** The name of a value's kind for messages. */
  static String kind(Value value) {
    return switch (value) {
      case Value.Null n -> "null";
      case Value.Text t -> "String";
      case Value.Bool b -> "Bool";
      case Value.Int i -> "integer " + i.value();
      case Value.BigUnsigned i -> "integer " + Long.toUnsignedString(i.bits());
      case Value.Real r -> "float " + r.value();
      case Value.Date d -> "Date";
      case Value.DateTime d -> "DateTime";
      case Value.ListOf l -> "list";
      case Value.Vector v -> "Vector(" + v.elements().length + ")";
    };
  }
}
