package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decides {@code left op right} as predicates of mutations do: null on either side is never true,
 * numbers compare by value across types (the zeros are equal, NaN equals itself and is above all,
 * as in reads), texts by code points, false before true, dates and instants only with their own
 * kind. Comparing kinds that have no order is never true.
 */
final class ValueComparison {

  private ValueComparison() {}

  static boolean test(Value left, Condition.Operator operator, Value right) {
    if (left.isNull() || right.isNull()) {
      return false;
    }
    Integer order = compare(left, right);
    if (order == null) {
      return false;
    }
    return switch (operator) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }

  private static @org.jspecify.annotations.Nullable Integer compare(Value left, Value right) {
    if (isNumber(left) && isNumber(right)) {
      return numbers(left, right);
    }
    if (left instanceof Value.Text a && right instanceof Value.Text b) {
      return Arrays.compareUnsigned(
          a.value().getBytes(StandardCharsets.UTF_8), b.value().getBytes(StandardCharsets.UTF_8));
    }
    if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
      return Boolean.compare(a.value(), b.value());
    }
    if (left instanceof Value.Date a && right instanceof Value.Date b) {
      return Integer.compare(a.epochDay(), b.epochDay());
    }
    if (left instanceof Value.DateTime a && right instanceof Value.DateTime b) {
      return Long.compare(a.epochMilli(), b.epochMilli());
    }
    return null;
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.BigUnsigned
        || value instanceof Value.Real;
  }

  private static int numbers(Value left, Value right) {
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      return Long.compare(a.value(), b.value());
    }
    if (left instanceof Value.Real a && right instanceof Value.Real b) {
      return a.value() == b.value() ? 0 : Double.compare(a.value(), b.value());
    }
    double a = asDouble(left);
    double b = asDouble(right);
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return Double.compare(a, b);
    }
    return exact(left).compareTo(exact(right));
  }

  private static double asDouble(Value value) {
    return switch (value) {
      case Value.Int i -> i.value();
      case Value.BigUnsigned u -> Unsigned.toDouble(u.bits());
      case Value.Real r -> r.value();
      case Value.Null n -> Double.NaN;
      case Value.Text t -> Double.NaN;
      case Value.Bool b -> Double.NaN;
      case Value.Date d -> Double.NaN;
      case Value.DateTime d -> Double.NaN;
      case Value.ListOf l -> Double.NaN;
      case Value.Vector v -> Double.NaN;
    };
  }

  private static BigDecimal exact(Value value) {
    return switch (value) {
      case Value.Int i -> BigDecimal.valueOf(i.value());
      case Value.BigUnsigned u -> new BigDecimal(Unsigned.toBigInteger(u.bits()));
      case Value.Real r -> new BigDecimal(r.value());
      case Value.Null n -> throw new IllegalArgumentException("not a number");
      case Value.Text t -> throw new IllegalArgumentException("not a number");
      case Value.Bool b -> throw new IllegalArgumentException("not a number");
      case Value.Date d -> throw new IllegalArgumentException("not a number");
      case Value.DateTime d -> throw new IllegalArgumentException("not a number");
      case Value.ListOf l -> throw new IllegalArgumentException("not a number");
      case Value.Vector v -> throw new IllegalArgumentException("not a number");
    };
  }
}
