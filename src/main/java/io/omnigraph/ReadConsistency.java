package io.omnigraph;

import io.omnigraph.model.BadRequestException;
import java.time.Duration;

/**
 * How new what a read shows must be, in a process that does not own the graph. The owner knows its
 * heads, so there every read shows the newest commit without a look at the store.
 */
public sealed interface ReadConsistency {

  /** One look at the head of the branch per read: the newest commit, whoever made it. */
  record Probe() implements ReadConsistency {}

  /**
   * No look if the last one is young enough: a read may miss commits of that age.
   *
   * @param maxAge not negative
   */
  record Bounded(Duration maxAge) implements ReadConsistency {
    public Bounded {
      if (maxAge.isNegative()) {
        throw new BadRequestException(
            "read_consistency_invalid", "the age of a bounded read is negative: " + maxAge);
      }
    }
  }

  ReadConsistency PROBE = new Probe();

  static ReadConsistency bounded(Duration maxAge) {
    return new Bounded(maxAge);
  }

  /** How old what was seen last may be. */
  default Duration maxAge() {
    return switch (this) {
      case Probe ignored -> Duration.ZERO;
      case Bounded(var maxAge) -> maxAge;
    };
  }
}
