package io.omnigraph.guard.planted.publish;

import java.time.Instant;

/** Time that no test can set. */
final class LooksAtTheWall {

  Instant committedAt() {
    return Instant.now();
  }
}
