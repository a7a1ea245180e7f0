package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.FilterSql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Turns {@code column op value} into a storage filter that keeps at least every matching row, so
 * that indices can help. Callers test the rows again with {@link ValueComparison}, which alone
 * decides: filters of the storage know neither our rules for mixed numbers nor those for NaN, and
 * order the two zeros.
 */
final class PredicateFilter {

  private static final double LARGEST_EXACT = 1L << 53;

  private PredicateFilter() {}

  /** The filter, or empty if every row has to be looked at. */
  static Optional<String> of(String column, ScalarType type, Operator operator, Value value) {
    String name = FilterSql.identifier(column);
    return switch (type) {
      case STRING ->
          value instanceof Value.Text t
              ? Optional.of(name + ' ' + symbol(operator) + ' ' + FilterSql.text(t.value()))
              : Optional.empty();
      case BOOL ->
          value instanceof Value.Bool b && (operator == Operator.EQ || operator == Operator.NE)
              ? Optional.of(name + ' ' + symbol(operator) + ' ' + b.value())
              : Optional.empty();
      case I32 -> integers(name, operator, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case U32 -> integers(name, operator, value, 0, 0xFFFF_FFFFL);
      case I64 -> integers(name, operator, value, Long.MIN_VALUE, Long.MAX_VALUE);
      case U64 ->
          value instanceof Value.BigUnsigned u
              ? Optional.of(name + ' ' + symbol(operator) + ' ' + unsigned(u.bits()))
              : integers(name, operator, value, 0, Long.MAX_VALUE);
      case F32 -> number(value).flatMap(v -> singles(name, operator, v));
      case F64 -> number(value).map(v -> doubles(name, operator, v));
      case DATE ->
          value instanceof Value.Date d
              ? Optional.of(name + ' ' + symbol(operator) + ' ' + date(d.epochDay()))
              : Optional.empty();
      case DATETIME ->
          value instanceof Value.DateTime d
              ? Optional.of(name + ' ' + symbol(operator) + ' ' + dateTime(d.epochMilli()))
              : Optional.empty();
      case BLOB, VECTOR -> Optional.empty();
    };
  }

  /**
   * A filter for the rows that hold one of some values of the column's own type.
   *
   * @return empty if every row has to be looked at
   */
  static Optional<String> in(String column, ScalarType type, Collection<Value> values) {
    List<String> literals = new ArrayList<>();
    for (Value value : values) {
      Optional<String> literal = stored(type, value);
      if (literal.isEmpty()) {
        return Optional.empty();
      }
      literals.add(literal.get());
      if (value instanceof Value.Real real && real.value() == 0) {
        stored(type, new Value.Real(-real.value())).ifPresent(literals::add);
      }
    }
    return Optional.of(
        literals.isEmpty()
            ? "false"
            : FilterSql.identifier(column) + " IN (" + String.join(", ", literals) + ")");
  }

  /** A cell of a column as a literal of exactly its type. */
  private static Optional<String> stored(ScalarType type, Value value) {
    return switch (value) {
      case Value.Text t -> Optional.of(FilterSql.text(t.value()));
      case Value.Bool b -> Optional.of(String.valueOf(b.value()));
      case Value.Int i -> Optional.of(integer(i.value()));
      case Value.BigUnsigned u -> Optional.of(unsigned(u.bits()));
      case Value.Date d -> Optional.of(date(d.epochDay()));
      case Value.DateTime d -> Optional.of(dateTime(d.epochMilli()));
      case Value.Real r ->
          Double.isFinite(r.value())
              ? Optional.of(type == ScalarType.F32 ? single((float) r.value()) : real(r.value()))
              : Optional.empty();
      case Value.Null n -> Optional.empty();
      case Value.ListOf l -> Optional.empty();
      case Value.Vector v -> Optional.empty();
    };
  }

  private static String symbol(Operator operator) {
    return operator == Operator.NE ? "<>" : operator.symbol();
  }

  private static Optional<String> integers(
      String name, Operator operator, Value value, long min, long max) {
    if (value instanceof Value.Int i) {
      return i.value() >= min && i.value() <= max
          ? Optional.of(name + ' ' + symbol(operator) + ' ' + integer(i.value()))
          : Optional.empty();
    }
    if (!(value instanceof Value.Real r) || !(Math.abs(r.value()) < LARGEST_EXACT)) {
      return Optional.empty();
    }
    double floor = Math.floor(r.value());
    double ceiling = Math.ceil(r.value());
    if (floor < min || ceiling > max) {
      return Optional.empty();
    }
    if (floor == ceiling) {
      return Optional.of(name + ' ' + symbol(operator) + ' ' + (long) floor);
    }
    return switch (operator) {
      case EQ -> Optional.of("false");
      case NE -> Optional.of(name + " IS NOT NULL");
      case LT, LE -> Optional.of(name + " <= " + (long) floor);
      case GT, GE -> Optional.of(name + " >= " + (long) ceiling);
    };
  }

  private static Optional<Double> number(Value value) {
    if (value instanceof Value.Real r && Double.isFinite(r.value())) {
      return Optional.of(r.value());
    }
    if (value instanceof Value.Int i && Math.abs((double) i.value()) < LARGEST_EXACT) {
      return Optional.of((double) i.value());
    }
    return Optional.empty();
  }

  /** The storage takes the negative zero for less than the positive one. */
  private static String doubles(String name, Operator operator, double value) {
    return switch (operator) {
      case EQ ->
          value == 0
              ? name + " IN (" + real(0.0) + ", " + real(-0.0) + ")"
              : name + " = " + real(value);
      case NE -> name + " IS NOT NULL";
      case LT, LE -> name + " <= " + real(value == 0 ? 0.0 : value);
      case GT, GE -> name + " >= " + real(value == 0 ? -0.0 : value);
    };
  }

  /** A stored float is compared as the double it widens to, so bounds give way by one float. */
  private static Optional<String> singles(String name, Operator operator, double value) {
    float nearest = (float) value;
    if (Float.isInfinite(nearest)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (operator) {
          case EQ -> {
            if (nearest != value) {
              yield "false";
            }
            yield value == 0
                ? name + " IN (" + single(0.0f) + ", " + single(-0.0f) + ")"
                : name + " = " + single(nearest);
          }
          case NE -> name + " IS NOT NULL";
          case LT, LE -> name + " <= " + single(Math.nextUp(nearest));
          case GT, GE -> name + " >= " + single(Math.nextDown(nearest));
        });
  }

  // Literals of exactly the column's type: what the storage parses by itself loses large numbers
  // and knows neither early dates nor small fractions.

  /** The smallest integer is the one whose digits without the sign are out of range. */
  private static String integer(long value) {
    return value == Long.MIN_VALUE ? "arrow_cast('" + value + "', 'Int64')" : Long.toString(value);
  }

  private static String real(double value) {
    return "arrow_cast('" + value + "', 'Float64')";
  }

  private static String single(float value) {
    return "arrow_cast('" + value + "', 'Float32')";
  }

  private static String unsigned(long bits) {
    return "arrow_cast('" + Long.toUnsignedString(bits) + "', 'UInt64')";
  }

  private static String date(long epochDay) {
    return "arrow_cast(" + epochDay + ", 'Date32')";
  }

  private static String dateTime(long epochMilli) {
    return "arrow_cast(" + epochMilli + ", 'Date64')";
  }
}
