package io.omnigraph.read.exec;

import io.omnigraph.model.ResourceLimitException;
import java.util.Map;

/** Sums of counts that never wrap around: matches that are only counted may be any number. */
final class Counts {

  private Counts() {}

  /**
   * @throws ResourceLimitException if the sum does not fit
   */
  static long plus(long left, long right) {
    try {
      return Math.addExact(left, right);
    } catch (ArithmeticException e) {
      throw overflow(e);
    }
  }

  static ResourceLimitException overflow(ArithmeticException cause) {
    return new ResourceLimitException(
        "count_overflow", "the pattern has more matches than fit into 64 bits", Map.of(), cause);
  }
}
