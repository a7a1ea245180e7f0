package io.omnigraph.query.check;

import io.omnigraph.model.TemporalText;
import io.omnigraph.model.Value;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.BoolLiteral;
import io.omnigraph.query.ast.Expression.DateLiteral;
import io.omnigraph.query.ast.Expression.DateTimeLiteral;
import io.omnigraph.query.ast.Expression.FloatLiteral;
import io.omnigraph.query.ast.Expression.IntLiteral;
import io.omnigraph.query.ast.Expression.ListLiteral;
import io.omnigraph.query.ast.Expression.Literal;
import io.omnigraph.query.ast.Expression.TextLiteral;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Types of literals, and which types go together. */
final class Types {

  private Types() {}

  /** Same list flag, and the same scalar or both numeric; nullability and enums do not matter. */
  static boolean compatible(PropertyType a, PropertyType b) {
    return a.list() == b.list()
        && a.vectorDimension() == b.vectorDimension()
        && (a.scalar() == b.scalar() || a.scalar().isNumeric() && b.scalar().isNumeric());
  }

  static boolean isText(PropertyType type) {
    return type.scalar() == ScalarType.STRING && !type.list();
  }

  static boolean isIntegerScalar(PropertyType type) {
    return type.scalar().isInteger() && !type.list();
  }

  static boolean isVector(PropertyType type) {
    return type.scalar() == ScalarType.VECTOR;
  }

  static boolean isBlob(PropertyType type) {
    return type.scalar() == ScalarType.BLOB;
  }

  static PropertyType itemOf(PropertyType list) {
    return new PropertyType(list.scalar(), false, false, list.enumValues(), 0);
  }

  /** The literal with its static type; null if it is malformed, which is reported. */
  static Expr.@Nullable Literal literal(Literal literal, Problems problems) {
    return switch (literal) {
      case TextLiteral text -> of(new Value.Text(text.value()), ScalarType.STRING);
      case IntLiteral integer -> of(new Value.Int(integer.value()), ScalarType.I64);
      case FloatLiteral number -> of(new Value.Real(number.value()), ScalarType.F64);
      case BoolLiteral bool -> of(new Value.Bool(bool.value()), ScalarType.BOOL);
      case DateLiteral date -> {
        OptionalInt day = TemporalText.date(date.text());
        if (day.isEmpty()) {
          problems.type(
              null,
              "invalid Date literal '" + date.text() + "'",
              date.place(),
              "dates are written YYYY-MM-DD");
          yield null;
        }
        yield of(new Value.Date(day.getAsInt()), ScalarType.DATE);
      }
      case DateTimeLiteral dateTime -> {
        OptionalLong instant = TemporalText.dateTime(dateTime.text());
        if (instant.isEmpty()) {
          problems.type(
              null,
              "invalid DateTime literal '" + dateTime.text() + "'",
              dateTime.place(),
              "instants are written like 2024-06-01T12:00:00Z");
          yield null;
        }
        yield of(new Value.DateTime(instant.getAsLong()), ScalarType.DATETIME);
      }
      case ListLiteral list -> list(list, problems);
    };
  }

  private static Expr.Literal of(Value value, ScalarType type) {
    return new Expr.Literal(value, PropertyType.of(type));
  }

  private static Expr.@Nullable Literal list(ListLiteral list, Problems problems) {
    var items = new ArrayList<Value>(list.items().size());
    PropertyType itemType = null;
    for (Literal item : list.items()) {
      if (item instanceof ListLiteral) {
        problems.type(null, "nested list literals are not supported", item.place());
        return null;
      }
      Expr.Literal resolved = literal(item, problems);
      if (resolved == null) {
        return null;
      }
      if (itemType == null) {
        itemType = resolved.type();
      } else if (!compatible(itemType, resolved.type())) {
        problems.type(
            null, "list literal elements must share a compatible scalar type", item.place());
        return null;
      } else if (resolved.type().scalar() == ScalarType.F64) {
        itemType = resolved.type(); // One float among integers makes all of them floats.
      }
      items.add(resolved.value());
    }
    ScalarType scalar = itemType == null ? ScalarType.STRING : itemType.scalar();
    return new Expr.Literal(new Value.ListOf(items), PropertyType.listOf(scalar));
  }

  /**
   * The numbers of a list literal as a vector; null if an item is no number that an F32 can hold.
   */
  static Expr.@Nullable Literal vector(ListLiteral list) {
    List<Literal> items = list.items();
    float[] elements = new float[items.size()];
    for (int i = 0; i < elements.length; i++) {
      switch (items.get(i)) {
        case IntLiteral integer -> elements[i] = integer.value();
        case FloatLiteral number -> {
          elements[i] = (float) number.value();
          if (Float.isInfinite(elements[i])) {
            return null;
          }
        }
        case TextLiteral t -> {
          return null;
        }
        case BoolLiteral b -> {
          return null;
        }
        case DateLiteral d -> {
          return null;
        }
        case DateTimeLiteral d -> {
          return null;
        }
        case ListLiteral l -> {
          return null;
        }
      }
    }
    return new Expr.Literal(new Value.Vector(elements), PropertyType.vector(elements.length));
  }

  static boolean isEmptyList(Expression expression) {
    return expression instanceof ListLiteral list && list.items().isEmpty();
  }
}
