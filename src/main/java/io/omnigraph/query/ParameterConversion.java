package io.omnigraph.query;

import io.omnigraph.model.TemporalText;
import io.omnigraph.model.UnicodeText;
import io.omnigraph.model.Value;
import io.omnigraph.schema.PropertyType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Converts one JSON value to a declared type. Confined to one thread. */
final class ParameterConversion {

  private static final BigInteger MAX_I64 = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MAX_U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger MAX_SAFE = BigInteger.valueOf((1L << 53) - 1);
  private static final int LONGEST_SHOWN = 60;

  private final ParameterBinder.Mode mode;

  ParameterConversion(ParameterBinder.Mode mode) {
    this.mode = mode;
  }

  /** Says what was expected; the caller adds the name of the parameter. */
  static final class NotConvertible extends Exception {
    private static final long serialVersionUID = 1L;

    NotConvertible(String message) {
      super(message);
    }
  }

  Value convert(PropertyType type, Object json) throws NotConvertible {
    if (type.list()) {
      return list(type, json);
    }
    return scalar(type, json);
  }

  private Value list(PropertyType type, Object json) throws NotConvertible {
    PropertyType item = new PropertyType(type.scalar(), false, false, type.enumValues(), 0);
    if (!(json instanceof List<?> list)) {
      throw expected("array for [" + item + "]", json);
    }
    var items = new ArrayList<Value>(list.size());
    for (Object element : list) {
      items.add(scalar(item, element));
    }
    return new Value.ListOf(items);
  }

  private static Value text(CharSequence text) throws NotConvertible {
    if (UnicodeText.hasUnpairedSurrogate(text)) {
      throw new NotConvertible("text holds an unpaired surrogate");
    }
    return new Value.Text(text.toString());
  }

  private Value scalar(PropertyType type, @Nullable Object json) throws NotConvertible {
    return switch (type.scalar()) {
      case STRING -> {
        if (!(json instanceof CharSequence text)) {
          throw new NotConvertible("expected string, got " + JsonValues.kindOf(json));
        }
        yield text(text);
      }
      case BLOB -> {
        if (!(json instanceof CharSequence text)) {
          throw new NotConvertible("expected blob URI string, got " + JsonValues.kindOf(json));
        }
        yield text(text);
      }
      case BOOL -> {
        if (!(json instanceof Boolean bool)) {
          throw expected("boolean", json);
        }
        yield new Value.Bool(bool);
      }
      case I32 -> signed("I32", Integer.MIN_VALUE, Integer.MAX_VALUE, json);
      case I64 -> signed("I64", Long.MIN_VALUE, Long.MAX_VALUE, json);
      case U32 -> unsigned("U32", BigInteger.valueOf(0xFFFF_FFFFL), json);
      case U64 -> unsigned("U64", MAX_U64, json);
      case F32 -> real(json, true);
      case F64 -> real(json, false);
      case DATE -> date(json);
      case DATETIME -> dateTime(json);
      case VECTOR -> vector(type.vectorDimension(), json);
    };
  }

  private Value signed(String type, long min, long max, @Nullable Object json)
      throws NotConvertible {
    BigInteger value = integer("integer", json);
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new NotConvertible("value " + shorten(value.toString()) + " exceeds " + type);
    }
    return new Value.Int(value.longValueExact());
  }

  private Value unsigned(String type, BigInteger max, @Nullable Object json) throws NotConvertible {
    BigInteger value = integer("unsigned integer", json);
    if (value.signum() < 0) {
      throw json instanceof CharSequence text
          ? notInteger("unsigned integer", text)
          : expected("unsigned integer number", json);
    }
    if (value.compareTo(max) > 0) {
      throw new NotConvertible("value " + shorten(value.toString()) + " exceeds " + type);
    }
    if (value.compareTo(MAX_I64) > 0) {
      throw new NotConvertible(
          "value " + value + " exceeds current engine range for U64 (max " + MAX_I64 + ")");
    }
    return new Value.Int(value.longValueExact());
  }

  private BigInteger integer(String what, @Nullable Object json) throws NotConvertible {
    return switch (json) {
      case Long number -> safe(BigInteger.valueOf(number));
      case Integer number -> BigInteger.valueOf(number);
      case Short number -> BigInteger.valueOf(number);
      case Byte number -> BigInteger.valueOf(number);
      case BigInteger number -> safe(number);
      case Number number -> throw expected(what + " number", json);
      case CharSequence text -> decimal(what, text);
      case null -> throw expected(what, json);
      default -> throw expected(what, json);
    };
  }

  private BigInteger safe(BigInteger number) throws NotConvertible {
    if (mode == ParameterBinder.Mode.JAVASCRIPT && number.abs().compareTo(MAX_SAFE) > 0) {
      throw new NotConvertible(
          "integer "
              + shorten(number.toString())
              + " exceeds JS safe integer range; pass a decimal string for exact values");
    }
    return number;
  }

  private static BigInteger decimal(String what, CharSequence text) throws NotConvertible {
    int digits = text.length();
    int start = digits > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    boolean wellFormed = digits > start && digits <= LONGEST_SHOWN;
    for (int i = start; i < digits && wellFormed; i++) {
      wellFormed = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!wellFormed) {
      throw notInteger(what, text);
    }
    return new BigInteger(text.toString());
  }

  private static NotConvertible notInteger(String what, CharSequence text) {
    return new NotConvertible("expected " + what + " string, got '" + shorten(text) + "'");
  }

  private Value real(@Nullable Object json, boolean single) throws NotConvertible {
    if (!(json instanceof Number number)) {
      throw expected("float", json);
    }
    double value = number.doubleValue();
    boolean exceeds = Double.isInfinite(value) || single && Float.isInfinite((float) value);
    if (exceeds && !isInfinite(number)) {
      throw new NotConvertible(
          "value " + shorten(number.toString()) + " exceeds " + (single ? "F32" : "F64"));
    }
    return new Value.Real(value);
  }

  private static boolean isInfinite(Number number) {
    return number instanceof Double d && d.isInfinite()
        || number instanceof Float f && f.isInfinite();
  }

  private Value date(@Nullable Object json) throws NotConvertible {
    if (!(json instanceof CharSequence text)) {
      throw expected("date string", json);
    }
    OptionalInt day = TemporalText.date(text.toString());
    if (day.isEmpty()) {
      throw new NotConvertible("invalid Date literal '" + shorten(text) + "'");
    }
    return new Value.Date(day.getAsInt());
  }

  private Value dateTime(@Nullable Object json) throws NotConvertible {
    if (!(json instanceof CharSequence text)) {
      throw expected("datetime string", json);
    }
    OptionalLong instant = TemporalText.dateTime(text.toString());
    if (instant.isEmpty()) {
      throw new NotConvertible("invalid DateTime literal '" + shorten(text) + "'");
    }
    return new Value.DateTime(instant.getAsLong());
  }

  private Value vector(int dimension, @Nullable Object json) throws NotConvertible {
    if (!(json instanceof List<?> list)) {
      throw expected("array for Vector(" + dimension + ")", json);
    }
    if (list.size() != dimension) {
      throw new NotConvertible(
          "expected " + dimension + " values for Vector(" + dimension + "), got " + list.size());
    }
    float[] elements = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw new NotConvertible("vector element is not numeric");
      }
      elements[i] = number.floatValue();
      if (!Float.isFinite(elements[i])) {
        throw new NotConvertible("vector element " + number + " is not a finite F32");
      }
    }
    return new Value.Vector(elements);
  }

  private NotConvertible expected(String what, @Nullable Object json) {
    String tail = mode == ParameterBinder.Mode.JAVASCRIPT ? ", got " + JsonValues.kindOf(json) : "";
    return new NotConvertible("expected " + what + tail);
  }

  private static String shorten(CharSequence text) {
    return text.length() <= LONGEST_SHOWN
        ? text.toString()
        : text.subSequence(0, LONGEST_SHOWN) + "...";
  }
}
