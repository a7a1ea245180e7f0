package io.omnigraph.publish;

import io.omnigraph.model.GraphException;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The one way to try again: bounded by attempts and by time, with exponential pauses and full
 * jitter. The step says whether trying again makes sense; only "nothing happened" does. Thread-safe
 * if its random generator is.
 */
public final class RetryLoop {

  /** What one attempt came to. */
  public sealed interface Attempt<T> {
    record Done<T>(T value) implements Attempt<T> {}

    record Again<T>(GraphException reason) implements Attempt<T> {}
  }

  /** Sleeps; replaced by tests. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  private final int maxAttempts;
  private final Duration budget;
  private final Duration firstPause;
  private final Duration longestPause;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final RandomGenerator jitter;

  public RetryLoop(
      int maxAttempts,
      Duration budget,
      Duration firstPause,
      Duration longestPause,
      LongSupplier nanoTime,
      Sleeper sleeper,
      RandomGenerator jitter) {
    this.maxAttempts = maxAttempts;
    this.budget = budget;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
    this.jitter = jitter;
  }

  /** Eight attempts within ten seconds, of which the pauses take little more than one. */
  public static RetryLoop standard(LongSupplier nanoTime, RandomGenerator jitter) {
    return new RetryLoop(
        8,
        Duration.ofSeconds(10),
        Duration.ofMillis(10),
        Duration.ofSeconds(1),
        nanoTime,
        pause -> Thread.sleep(pause.toMillis()),
        jitter);
  }

  /**
   * Runs the step until it is done.
   *
   * @param step gets the number of the attempt, starting at 1; what it throws ends the loop
   * @throws GraphException the reason of the last attempt, if attempts or time ran out
   */
  public <T> T run(IntFunction<Attempt<T>> step) {
    long start = nanoTime.getAsLong();
    for (int attempt = 1; ; attempt++) {
      switch (step.apply(attempt)) {
        case Attempt.Done<T>(T value) -> {
          return value;
        }
        case Attempt.Again<T>(GraphException reason) -> {
          long elapsed = nanoTime.getAsLong() - start;
          if (attempt >= maxAttempts || elapsed >= budget.toNanos()) {
            throw reason;
          }
          pause(attempt, reason);
        }
      }
    }
  }

  private void pause(int attempt, GraphException reason) {
    long ceiling =
        Math.min(longestPause.toMillis(), firstPause.toMillis() << Math.min(attempt - 1, 20));
    try {
      sleeper.sleep(Duration.ofMillis(jitter.nextLong(ceiling + 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
