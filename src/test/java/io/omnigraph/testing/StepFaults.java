package io.omnigraph.testing;

import io.omnigraph.model.StorageException;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.FaultPoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Breaks or holds named steps of the write path. Thread-safe. */
public final class StepFaults implements FaultInjector {

  /** What happens to a step. */
  public enum Effect {
    /** It fails and did nothing. */
    FAIL_BEFORE,
    /** It works, then fails: its answer is lost. */
    FAIL_AFTER,
    /** The process dies before it: every later step dies too. */
    DIE_BEFORE,
    /** The process dies right after it. */
    DIE_AFTER
  }

  /** Stands for the death of the process. */
  public static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died(FaultPoint point) {
      super("the process died at " + point);
    }
  }

  /** A step held back. */
  public static final class Pause {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    public void awaitReached() throws InterruptedException {
      if (!reached.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the step was never reached");
      }
    }

    public void release() {
      released.countDown();
    }

    private void hold() {
      reached.countDown();
      try {
        if (!released.await(120, TimeUnit.SECONDS)) {
          throw new IllegalStateException("a paused step was never released");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted in a pause", e);
      }
    }
  }

  private static final class Rule {
    final FaultPoint point;
    final @Nullable Effect effect;
    final @Nullable Pause pause;
    int skip;

    Rule(FaultPoint point, @Nullable Effect effect, @Nullable Pause pause, int skip) {
      this.point = point;
      this.effect = effect;
      this.pause = pause;
      this.skip = skip;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final Map<FaultPoint, Integer> reached = new EnumMap<>(FaultPoint.class);
  private final Set<FaultPoint> met = EnumSet.noneOf(FaultPoint.class);
  private @Nullable FaultPoint died;
  private int steps;
  private int stepsToLive = Integer.MAX_VALUE;

  /** The next time the step is reached it meets the effect, once. */
  public synchronized void next(FaultPoint point, Effect effect) {
    rules.add(new Rule(point, effect, null, 0));
  }

  /** The process dies before the n-th step from now on, whatever it is; n counts from 1. */
  public synchronized void dieBeforeStep(int n) {
    stepsToLive = n;
  }

  /** How many steps were reached. */
  public synchronized int steps() {
    return steps;
  }

  /** The n-th time from now on, counted from 1. */
  public synchronized void nth(int n, FaultPoint point, Effect effect) {
    rules.add(new Rule(point, effect, null, n - 1));
  }

  /** The next time the step is reached it waits before it runs. */
  public synchronized Pause pauseNext(FaultPoint point) {
    Pause pause = new Pause();
    rules.add(new Rule(point, null, pause, 0));
    return pause;
  }

  public synchronized void clear() {
    rules.forEach(
        rule -> {
          if (rule.pause != null) {
            rule.pause.release();
          }
        });
    rules.clear();
  }

  /** Steps that met a rule. */
  public synchronized Set<FaultPoint> met() {
    return met.isEmpty() ? EnumSet.noneOf(FaultPoint.class) : EnumSet.copyOf(met);
  }

  public synchronized void forgetMet() {
    met.clear();
  }

  /** Steps that were reached at all. */
  public synchronized Set<FaultPoint> reached() {
    return reached.isEmpty() ? EnumSet.noneOf(FaultPoint.class) : EnumSet.copyOf(reached.keySet());
  }

  /** How often a step was reached. */
  public synchronized int times(FaultPoint point) {
    return reached.getOrDefault(point, 0);
  }

  @Override
  public <T> T around(FaultPoint point, Supplier<T> step) {
    Rule rule = meet(point);
    if (rule == null) {
      return step.get();
    }
    if (rule.pause != null) {
      rule.pause.hold();
      return step.get();
    }
    Effect effect = rule.effect;
    if (effect == Effect.FAIL_BEFORE) {
      throw new StorageException("storage_unreachable", "injected before " + point);
    }
    if (effect == Effect.DIE_BEFORE) {
      throw die(point);
    }
    T result = step.get();
    if (result instanceof io.omnigraph.storage.CommitOutcome.Committed committed) {
      committed.handle().close();
    } else if (result instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    if (effect == Effect.DIE_AFTER) {
      throw die(point);
    }
    throw new StorageException("storage_outcome_unknown", "injected after " + point);
  }

  private synchronized @Nullable Rule meet(FaultPoint point) {
    if (died != null) {
      throw new Died(died);
    }
    reached.merge(point, 1, Integer::sum);
    steps++;
    if (--stepsToLive <= 0) {
      met.add(point);
      throw die(point);
    }
    for (Rule rule : rules) {
      if (rule.point == point && rule.skip-- == 0) {
        met.add(point);
        rules.remove(rule);
        return rule;
      }
    }
    return null;
  }

  private synchronized Died die(FaultPoint point) {
    died = point;
    return new Died(point);
  }
}
