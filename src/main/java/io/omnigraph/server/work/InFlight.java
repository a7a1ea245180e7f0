package io.omnigraph.server.work;

import java.time.Duration;

/** Counts work that must not be cut off, and waits for it. Thread-safe. */
public final class InFlight {

  /** Guarded by this. */
  private int count;

  /** What one piece of work holds until it is done. */
  public interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  synchronized Permit begin() {
    count++;
    return this::end;
  }

  private synchronized void end() {
    count--;
    notifyAll();
  }

  /**
   * Waits until nothing is under way.
   *
   * @return false if the time ran out first
   */
  public synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (count > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }
}
