package io.omnigraph.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes only when a test says so: a wall clock and a monotonic one. Thread-safe. */
public final class ManualTime implements InstantSource {

  private Instant wall = Instant.parse("2030-01-01T00:00:00Z");
  private long nanos = 1;

  /** Starts at the real time of day. */
  public static ManualTime now() {
    ManualTime time = new ManualTime();
    time.wall = Instant.now();
    return time;
  }

  @Override
  public synchronized Instant instant() {
    return wall;
  }

  public synchronized long nanoTime() {
    return nanos;
  }

  /** Lets time pass: both clocks go on. */
  public synchronized void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  /** Sets the wall clock alone, back or forth: somebody corrected it, or the machine slept. */
  public synchronized void jump(Duration difference) {
    wall = wall.plus(difference);
  }
}
