package io.omnigraph.bench;

import java.util.Arrays;

/**
 * The measured calls of one subject.
 *
 * @param subject who did the work, {@value #PRODUCT} or the name of a baseline
 * @param rowsPerCall rows that one call handles; 1 where a call is the unit
 * @param nanos duration of each call in nanoseconds, ascending
 */
public record Timing(String subject, long rowsPerCall, long[] nanos) {

  public static final String PRODUCT = "OmniGraph";
  public static final String RAW_LANCE = "raw Lance";

  public Timing {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("no call was measured: " + subject);
    }
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  /** Work that is timed. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /**
   * Runs an action {@code warmUps} times unmeasured and {@code calls} times measured.
   *
   * @param rowsPerCall rows that one call handles
   */
  public static Timing measure(
      String subject, long rowsPerCall, int warmUps, int calls, Action action) throws Exception {
    for (int i = 0; i < warmUps; i++) {
      action.run();
    }
    long[] nanos = new long[calls];
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      action.run();
      nanos[i] = System.nanoTime() - start;
    }
    return new Timing(subject, rowsPerCall, nanos);
  }

  public int calls() {
    return nanos.length;
  }

  /**
   * The nearest-rank percentile in milliseconds.
   *
   * @param share between 0 (exclusive) and 1
   */
  public double percentileMillis(double share) {
    int rank = (int) Math.ceil(share * nanos.length);
    return nanos[Math.max(rank, 1) - 1] / 1e6;
  }

  public double maxMillis() {
    return nanos[nanos.length - 1] / 1e6;
  }

  /** Rows per second over all calls. */
  public double rowsPerSecond() {
    return rowsPerCall * nanos.length / (Arrays.stream(nanos).sum() / 1e9);
  }
}
