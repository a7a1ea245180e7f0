package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.FilterSql;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Turns {@code column op value} into a storage filter that keeps at least every matching row, so
 * that indices can help. Callers test the rows again with {@link ValueComparison}, which alone
 * decides: filters of the storage know neither our rules for mixed numbers nor those for NaN.
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
      case U64 -> integers(name, operator, value, 0, Long.MAX_VALUE);
      case F32 -> number(value).flatMap(v -> singles(name, operator, v));
      case F64 -> number(value).flatMap(v -> doubles(name, operator, v));
      case DATE ->
          value instanceof Value.Date d && plainYear(LocalDate.ofEpochDay(d.epochDay()))
              ? Optional.of(
                  name + ' ' + symbol(operator) + " date '" + TemporalText.date(d.epochDay()) + "'")
              : Optional.empty();
      case DATETIME ->
          value instanceof Value.DateTime d ? instants(name, operator, d) : Optional.empty();
      case BLOB, VECTOR -> Optional.empty();
    };
  }

  private static String symbol(Operator operator) {
    return operator == Operator.NE ? "<>" : operator.symbol();
  }

  private static Optional<String> integers(
      String name, Operator operator, Value value, long min, long max) {
    if (value instanceof Value.Int i) {
      return i.value() >= min && i.value() <= max
          ? Optional.of(name + ' ' + symbol(operator) + ' ' + i.value())
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

  private static Optional<String> doubles(String name, Operator operator, double value) {
    return literal(value).map(text -> name + ' ' + symbol(operator) + ' ' + text);
  }

  /** A stored float is compared as the double it widens to, so bounds give way by one float. */
  private static Optional<String> singles(String name, Operator operator, double value) {
    float nearest = (float) value;
    if (Float.isInfinite(nearest)) {
      return Optional.empty();
    }
    return switch (operator) {
      case EQ ->
          nearest == value
              ? literal(nearest).map(text -> name + " = " + text)
              : Optional.of("false");
      case NE -> Optional.of(name + " IS NOT NULL");
      case LT, LE -> literal(Math.nextUp(nearest)).map(text -> name + " <= " + text);
      case GT, GE -> literal(Math.nextDown(nearest)).map(text -> name + " >= " + text);
    };
  }

  private static Optional<String> literal(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-9 || size > 1e15)) {
      return Optional.empty();
    }
    String text = new BigDecimal(Double.toString(value)).toPlainString();
    return Optional.of(text.indexOf('.') < 0 ? text + ".0" : text);
  }

  private static Optional<String> instants(String name, Operator operator, Value.DateTime value) {
    var time = java.time.Instant.ofEpochMilli(value.epochMilli()).atOffset(ZoneOffset.UTC);
    if (!plainYear(time.toLocalDate())) {
      return Optional.empty();
    }
    String text = TemporalText.dateTime(value.epochMilli()).replace('T', ' ').replace("Z", "");
    return Optional.of(name + ' ' + symbol(operator) + " timestamp '" + text + "'");
  }

  private static boolean plainYear(LocalDate date) {
    return date.getYear() >= 1700 && date.getYear() <= 2200;
  }
}
