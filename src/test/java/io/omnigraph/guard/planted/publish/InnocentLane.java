package io.omnigraph.guard.planted.publish;

import io.omnigraph.guard.planted.storage.TableStorage;
import java.time.Clock;
import java.time.Instant;

/** Commits where commits belong, with a clock it was given. */
record InnocentLane(Clock clock) {

  Instant commit(TableStorage storage) {
    storage.commit("rows");
    return clock.instant();
  }
}
