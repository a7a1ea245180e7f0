package io.omnigraph.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What goes wrong at the endpoint, and when. Thread-safe. */
public final class S3Faults {

  /** How a request fails. */
  public enum Effect {
    /** An error answer; nothing happened. */
    FAIL_BEFORE,
    /** Asks to slow down; nothing happened. */
    BUSY,
    /** Asks to slow down and says for how long; nothing happened. */
    BUSY_FOR_A_SECOND,
    /** The connection breaks before anything happened. */
    DROP_BEFORE,
    /** The request takes effect, then the connection breaks: the answer is lost. */
    LOSE_ANSWER
  }

  /** Holds a request back until it is released. */
  public static final class Pause {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until a matching request has arrived. */
    public void awaitReached() throws InterruptedException {
      if (!reached.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no request reached the pause");
      }
    }

    public void release() {
      released.countDown();
    }

    void hold() throws InterruptedException {
      reached.countDown();
      if (!released.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a paused request was never released");
      }
    }
  }

  private record Rule(
      Predicate<S3Request> which,
      AtomicInteger untilFirst,
      AtomicInteger times,
      @Nullable Effect effect,
      @Nullable Pause pause) {}

  private final List<Rule> rules = new ArrayList<>();
  private volatile Duration latency = Duration.ZERO;

  /** Requests of a kind on keys in which the pattern is found. */
  public static Predicate<S3Request> on(S3Request.Kind kind, String keyPattern) {
    Pattern pattern = Pattern.compile(keyPattern);
    return request -> request.kind() == kind && pattern.matcher(request.key()).find();
  }

  /** The next matching request fails. */
  public void next(Predicate<S3Request> which, Effect effect) {
    nth(1, which, effect);
  }

  /** The n-th matching request from now on fails, once; counting starts at one. */
  public void nth(int n, Predicate<S3Request> which, Effect effect) {
    several(n, 1, which, effect);
  }

  /** The n-th matching request and as many after it as told fail; counting starts at one. */
  public void several(int n, int times, Predicate<S3Request> which, Effect effect) {
    add(new Rule(which, new AtomicInteger(n - 1), new AtomicInteger(times), effect, null));
  }

  /** Every matching request fails until {@link #clear()}. */
  public void always(Predicate<S3Request> which, Effect effect) {
    from(1, which, effect);
  }

  /** The n-th matching request and all later ones fail until {@link #clear()}. */
  public void from(int n, Predicate<S3Request> which, Effect effect) {
    several(n, Integer.MAX_VALUE, which, effect);
  }

  /** The next matching request waits before it takes effect. */
  public Pause pauseNext(Predicate<S3Request> which) {
    Pause pause = new Pause();
    add(new Rule(which, new AtomicInteger(), new AtomicInteger(1), null, pause));
    return pause;
  }

  /** Every matching request waits until it is released, or until {@link #clear()}. */
  public Pause pauseAll(Predicate<S3Request> which) {
    Pause pause = new Pause();
    add(new Rule(which, new AtomicInteger(), new AtomicInteger(Integer.MAX_VALUE), null, pause));
    return pause;
  }

  /** Delays every request, as a network would. */
  public void latency(Duration perRequest) {
    latency = perRequest;
  }

  public synchronized void clear() {
    rules.forEach(
        rule -> {
          if (rule.pause() != null) {
            rule.pause().release();
          }
        });
    rules.clear();
    latency = Duration.ZERO;
  }

  /** Delays and pauses a request as told; the effect that shall hit it, or null. */
  @Nullable Effect meet(S3Request request) throws InterruptedException {
    if (!latency.isZero()) {
      Thread.sleep(latency.toMillis());
    }
    Rule hit = hit(request);
    if (hit == null) {
      return null;
    }
    if (hit.pause() != null) {
      hit.pause().hold();
    }
    return hit.effect();
  }

  private synchronized void add(Rule rule) {
    rules.add(rule);
  }

  private synchronized @Nullable Rule hit(S3Request request) {
    for (Rule rule : rules) {
      if (rule.which().test(request)
          && rule.untilFirst().getAndDecrement() <= 0
          && rule.times().getAndDecrement() > 0) {
        return rule;
      }
    }
    return null;
  }
}
