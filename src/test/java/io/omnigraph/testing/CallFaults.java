package io.omnigraph.testing;

import io.omnigraph.model.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Breaks calls of a decorated store at named operations. Thread-safe. */
public final class CallFaults implements CallInterceptor {

  /** What happens to a call. */
  public enum Effect {
    /** It fails and did nothing. */
    FAIL,
    /** It works, then fails: its answer is lost. */
    FAIL_AFTER_EFFECT,
    /** The process dies before it: this call and every later one throws {@link SimulatedCrash}. */
    CRASH_BEFORE,
    /** The process dies right after it. */
    CRASH_AFTER
  }

  /** Stands for the death of the process: nothing below the test may catch and repair it. */
  public static final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String where) {
      super("the process died at " + where);
    }
  }

  /** The failure that {@link Effect#FAIL} and {@link Effect#FAIL_AFTER_EFFECT} throw. */
  public static final class InjectedFault extends StorageException {
    private static final long serialVersionUID = 1L;

    private final boolean afterEffect;

    InjectedFault(String where, boolean afterEffect) {
      super(
          afterEffect ? "storage_outcome_unknown" : "storage_unreachable",
          "injected fault " + (afterEffect ? "after " : "before ") + where);
      this.afterEffect = afterEffect;
    }

    public boolean isAfterEffect() {
      return afterEffect;
    }
  }

  /** Holds a call back until it is released. */
  public static final class Pause {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    public void awaitReached() throws InterruptedException {
      if (!reached.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no call reached the pause");
      }
    }

    public void release() {
      released.countDown();
    }

    private void hold() {
      reached.countDown();
      try {
        if (!released.await(60, TimeUnit.SECONDS)) {
          throw new IllegalStateException("a paused call was never released");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted in a pause", e);
      }
    }
  }

  private record Rule(
      String operation,
      Pattern target,
      AtomicInteger untilHit,
      @Nullable Effect effect,
      @Nullable Pause pause) {

    boolean hits(String calledOperation, String calledTarget) {
      return operation.equals(calledOperation)
          && target.matcher(calledTarget).find()
          && untilHit.getAndDecrement() == 0;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private @Nullable String crashedAt;

  /** The next call of the operation meets the effect. */
  public void next(String operation, Effect effect) {
    nth(1, operation, "", effect);
  }

  /** The n-th call from now on, of the operation on matching targets, meets the effect once. */
  public synchronized void nth(int n, String operation, String targetPattern, Effect effect) {
    rules.add(
        new Rule(
            operation, Pattern.compile(targetPattern), new AtomicInteger(n - 1), effect, null));
  }

  public synchronized Pause pauseNext(String operation, String targetPattern) {
    Pause pause = new Pause();
    rules.add(
        new Rule(operation, Pattern.compile(targetPattern), new AtomicInteger(), null, pause));
    return pause;
  }

  /** Forgets every rule; a dead process stays dead. */
  public synchronized void clear() {
    rules.forEach(
        rule -> {
          if (rule.pause() != null) {
            rule.pause().release();
          }
        });
    rules.clear();
  }

  /** True if a rule that is still armed has not been met: a test that proves nothing. */
  public synchronized boolean hasUnmetRules() {
    return rules.stream().anyMatch(rule -> rule.untilHit().get() >= 0);
  }

  @Override
  public <T> T around(String operation, String target, Supplier<T> body) {
    String where = operation + " " + target;
    Rule rule = meet(operation, target);
    if (rule == null) {
      return body.get();
    }
    if (rule.pause() != null) {
      rule.pause().hold();
      return body.get();
    }
    Effect effect = Objects.requireNonNull(rule.effect());
    if (effect == Effect.FAIL) {
      throw new InjectedFault(where, false);
    }
    if (effect == Effect.CRASH_BEFORE) {
      throw crash(where);
    }
    discard(body.get());
    if (effect == Effect.CRASH_AFTER) {
      throw crash(where);
    }
    throw new InjectedFault(where, true);
  }

  private synchronized @Nullable Rule meet(String operation, String target) {
    if (crashedAt != null) {
      throw new SimulatedCrash(crashedAt);
    }
    for (Rule rule : rules) {
      if (rule.hits(operation, target)) {
        return rule;
      }
    }
    return null;
  }

  private synchronized SimulatedCrash crash(String where) {
    crashedAt = where;
    return new SimulatedCrash(where);
  }

  /** Frees what a call returned although nobody will get it. */
  private static void discard(@Nullable Object result) {
    Object handle =
        result instanceof io.omnigraph.storage.CommitOutcome.Committed committed
            ? committed.handle()
            : result;
    if (handle instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
