package io.omnigraph.write;

import java.math.BigInteger;

/** Unsigned 64-bit arithmetic that the JDK does not offer. */
final class Unsigned {

  private Unsigned() {}

  /** The nearest double, by value. */
  static double toDouble(long bits) {
    return bits >= 0 ? bits : toBigInteger(bits).doubleValue();
  }

  static BigInteger toBigInteger(long bits) {
    return new BigInteger(Long.toUnsignedString(bits));
  }
}
