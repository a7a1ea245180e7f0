package io.omnigraph.write;

import java.util.function.Supplier;

/** Takes what the checks find, check by check. Not thread-safe. */
interface ViolationSink {

  /** What follows comes from another check, or from the same one all over again. */
  void begin(Start start);

  /** How a check begins. */
  enum Start {
    /** It follows the checks before it. */
    NEXT,
    /** The last one found too much to hold in memory and starts again: forget what it found. */
    AGAIN
  }

  /**
   * A violation.
   *
   * @param rank the place among those of its check: the smaller the earlier
   * @param violation words it; may be left unasked
   */
  void accept(long rank, Supplier<Violation> violation);

  /** A sink that throws at the first violation. */
  static ViolationSink throwing() {
    return new ViolationSink() {
      @Override
      public void begin(Start start) {
        // Whatever comes first ends everything.
      }

      @Override
      public void accept(long rank, Supplier<Violation> violation) {
        throw violation.get().toException();
      }
    };
  }
}
