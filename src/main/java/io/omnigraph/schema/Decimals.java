package io.omnigraph.schema;

import java.math.BigDecimal;

/** The two spellings of floating-point numbers that end up in stored text. */
final class Decimals {

  private static final int LARGEST_PLAIN_EXPONENT = 16;
  private static final int SMALLEST_PLAIN_EXPONENT = -5;

  private Decimals() {}

  /**
   * The shortest spelling that reads back as the same double, as the canonical schema writes it:
   * always with a point or an exponent ({@code 60.0}, {@code 0.001}, {@code 1e20}); an exponent
   * only for numbers from 10^16 on and below 10^-5.
   *
   * @param value finite
   */
  static String json(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int pointAt = digits.length() - shortest.scale();
    String sign = value < 0 ? "-" : "";
    if (pointAt > SMALLEST_PLAIN_EXPONENT && pointAt <= LARGEST_PLAIN_EXPONENT) {
      String plain = shortest.toPlainString();
      return sign + (shortest.scale() > 0 ? plain : plain + ".0");
    }
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return sign + digits.charAt(0) + fraction + "e" + (pointAt - 1);
  }

  /**
   * A plain decimal without exponent, trailing zeros or sign of zero ({@code 60}, {@code 2.5},
   * {@code 0}), from the shortest spelling of the number at its stored width.
   *
   * @param shortest {@code Double.toString} or {@code Float.toString} of a finite number
   */
  static String plain(String shortest) {
    BigDecimal value = new BigDecimal(shortest);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
