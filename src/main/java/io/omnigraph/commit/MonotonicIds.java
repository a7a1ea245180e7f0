package io.omnigraph.commit;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidFactory;
import io.omnigraph.model.IdSource;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Random;

/**
 * ULIDs that strictly increase within one source, also when the clock stands still or goes back.
 */
public final class MonotonicIds implements IdSource {

  private final UlidFactory factory;
  private String last = "";

  public MonotonicIds(InstantSource clock) {
    this(clock, new SecureRandom());
  }

  /** Ids that can be repeated from a seeded random and a fixed clock. */
  public MonotonicIds(InstantSource clock, Random random) {
    this.factory = UlidFactory.newMonotonicInstance(random, clock::millis);
  }

  @Override
  public synchronized String nextUlid() {
    String next = factory.create().toString();
    if (next.compareTo(last) <= 0) {
      next = Ulid.from(last).increment().toString();
    }
    last = next;
    return next;
  }
}
