package io.omnigraph.schema;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The canonical text of key values: the {@code id} of a keyed node, and the identity that {@code
 * @key} and {@code @unique} compare. Equal values of one type have equal text, different ones
 * different text. Stateless, thread-safe.
 */
public final class KeyRenderer {

  private KeyRenderer() {}

  /**
   * The id of a row of a keyed node type.
   *
   * @param values the value of a key column by name; numbers and dates already typed
   * @throws BadRequestException {@code invalid_key} if a value cannot identify an entity
   * @throws IllegalArgumentException if the type has no key
   */
  public static String id(NodeType type, Function<String, Value> values) {
    if (type.keyColumns().isEmpty()) {
      throw new IllegalArgumentException("node type " + type.name() + " has no @key");
    }
    return group(type, type.keyColumns(), values);
  }

  /**
   * The identity of a row within one group of unique columns of a type. {@code src} and {@code dst}
   * of an edge are read like String properties.
   *
   * @throws BadRequestException {@code invalid_key} if a value cannot identify an entity
   */
  public static String group(
      EntityType type, List<String> columns, Function<String, Value> values) {
    List<String> components = new ArrayList<>(columns.size());
    for (String column : columns) {
      PropertyType columnType =
          type.property(column).map(Property::type).orElse(PropertyType.of(ScalarType.STRING));
      components.add(component(columnType, values.apply(column)));
    }
    return join(components);
  }

  /**
   * One rendered component alone, or several as a compact JSON array of strings such as {@code
   * ["7","acme"]}.
   *
   * @param components rendered components in the order of the key columns, at least one
   */
  public static String join(List<String> components) {
    if (components.size() == 1) {
      return components.getFirst();
    }
    var out = new StringBuilder("[");
    for (String component : components) {
      out.append(out.length() > 1 ? ",\"" : "\"");
      JsonStringEncoder.getInstance().quoteAsString(component, out);
      out.append('"');
    }
    return out.append(']').toString();
  }

  /**
   * The text of one value: strings as they are, integers in decimal, {@code true}/{@code false},
   * dates as days and datetimes as milliseconds since 1970, floats as the shortest plain decimal of
   * their stored width with both zeros as {@code 0}.
   *
   * @param type the declared type of the column
   * @throws BadRequestException {@code invalid_key} if the value is null, not finite, or of a kind
   *     that cannot identify an entity
   */
  public static String component(PropertyType type, Value value) {
    return switch (value) {
      case Value.Text text -> text.value();
      case Value.Bool bool -> Boolean.toString(bool.value());
      case Value.Int integer -> integer(type, integer.value());
      case Value.BigUnsigned unsigned -> Long.toUnsignedString(unsigned.bits());
      case Value.Real real -> real(type, real.value());
      case Value.Date date -> Integer.toString(date.epochDay());
      case Value.DateTime dateTime -> Long.toString(dateTime.epochMilli());
      case Value.Null none -> throw invalid("scalar key: null cannot identify an entity");
      case Value.ListOf list -> throw unsupported(type);
      case Value.Vector vector -> throw unsupported(type);
    };
  }

  /** A whole number may stand for a float; it must then read like the float it is stored as. */
  private static String integer(PropertyType type, long value) {
    return switch (type.scalar()) {
      case F32, F64 -> real(type, (double) value);
      case STRING, BLOB, BOOL, I32, I64, U32, U64, DATETIME, DATE, VECTOR -> Long.toString(value);
    };
  }

  private static String real(PropertyType type, double value) {
    boolean single = type.scalar() == ScalarType.F32;
    double stored = single ? (float) value : value;
    if (!Double.isFinite(stored)) {
      String spelling = Double.isNaN(stored) ? "NaN" : stored > 0 ? "inf" : "-inf";
      throw invalid(
          "scalar key: non-finite "
              + (single ? "Float32" : "Float64")
              + " value "
              + spelling
              + " cannot identify an entity");
    }
    return Decimals.plain(single ? Float.toString((float) value) : Double.toString(value));
  }

  private static BadRequestException unsupported(PropertyType type) {
    return invalid(
        "uniqueness key: unsupported column type " + type + " for @unique/@key enforcement");
  }

  private static BadRequestException invalid(String message) {
    return new BadRequestException("invalid_key", message);
  }
}
