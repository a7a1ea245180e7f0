package io.omnigraph.read.column;

/** Maps values to longs that are ordered as the values are. */
public final class OrderKeys {

  private OrderKeys() {}

  /** Floats: equal zeros, NaN equal to itself and above all. */
  public static long ofReal(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  /** Unsigned integers, given as bits. */
  public static long ofUnsigned(long bits) {
    return bits ^ Long.MIN_VALUE;
  }

  /** Whether an integer is a float without loss. */
  public static boolean isExactReal(long value) {
    return value >= -(1L << 53) && value <= 1L << 53;
  }
}
