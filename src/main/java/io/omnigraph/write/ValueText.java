package io.omnigraph.write;

import io.omnigraph.model.Value;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/** Values as messages show them: plain numbers without a needless fraction, ISO dates. */
final class ValueText {

  private ValueText() {}

  static String of(Value value) {
    return switch (value) {
      case Value.Null n -> "null";
      case Value.Text t -> t.value();
      case Value.Bool b -> Boolean.toString(b.value());
      case Value.Int i -> Long.toString(i.value());
      case Value.BigUnsigned u -> Long.toUnsignedString(u.bits());
      case Value.Real r -> number(r.value());
      case Value.Date d -> TemporalText.date(d.epochDay());
      case Value.DateTime d -> TemporalText.dateTime(d.epochMilli());
      case Value.ListOf l ->
          l.items().stream().map(ValueText::of).collect(Collectors.joining(", ", "[", "]"));
      case Value.Vector v -> "Vector(" + v.elements().length + ")";
    };
  }

  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    // A double that a float holds exactly is shown as that float, the way it was written.
    String shortest =
        value == (float) value ? Float.toString((float) value) : Double.toString(value);
    BigDecimal decimal = new BigDecimal(shortest).stripTrailingZeros();
    return decimal.signum() == 0 ? "0" : decimal.toPlainString();
  }
}
