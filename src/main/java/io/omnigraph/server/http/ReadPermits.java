package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How many pieces of read work one graph may have on the workers at once, so that one busy graph
 * does not take the whole pool. Whoever finds none free waits in line without holding a thread.
 *
 * <p>Work that takes long gives its permit to the next in line and goes on, up to a number of such
 * works over all graphs: a few runaway queries do not keep short ones waiting. Thread-safe.
 */
public final class ReadPermits {

  /** From when on a piece of work counts as long. */
  static final Duration LONG = Duration.ofMillis(200);

  private static final int RETRY_AFTER_SECONDS = 5;

  private final int perGraph;
  private final int maxLong;
  private final int maxWaiting;
  private final LongSupplier nanoClock;

  /** Guarded by itself. */
  private final Map<String, Line> lines = new HashMap<>();

  /** Guarded by {@link #lines}. */
  private int longWorks;

  /**
   * @param maxLong long works, over all graphs, beyond the permits
   */
  public ReadPermits(int perGraph, int maxLong, int maxWaiting, LongSupplier nanoClock) {
    this.perGraph = perGraph;
    this.maxLong = maxLong;
    this.maxWaiting = maxWaiting;
    this.nanoClock = nanoClock;
  }

  private static final class Line {
    private int taken;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** Those with a permit, oldest first. */
    private final Set<Work> running = new LinkedHashSet<>();
  }

  private static final class Work {
    private long since;
    private boolean isLong;
  }

  private record Waiting(Work work, Runnable start) {}

  /**
   * Runs work once a permit is free and gives the permit back when the work has ended, also when
   * its result is no longer wanted: the worker is busy until then.
   */
  <T> Uni<T> with(String graph, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .<T>emitter(
            emitter -> {
              var permit = new Work();
              Runnable start = onCurrentContext(() -> run(graph, permit, work, emitter));
              take(graph, new Waiting(permit, start), emitter);
            });
  }

  private <T> void run(
      String graph, Work permit, Supplier<Uni<T>> work, UniEmitter<? super T> emitter) {
    work.get()
        .subscribe()
        .with(
            item -> {
              release(graph, permit);
              emitter.complete(item);
            },
            failure -> {
              release(graph, permit);
              emitter.fail(failure);
            });
  }

  private void take(String graph, Waiting waiting, UniEmitter<?> emitter) {
    synchronized (lines) {
      Line line = lines.computeIfAbsent(graph, absent -> new Line());
      if (line.taken >= perGraph) {
        if (line.waiting.size() >= maxWaiting) {
          emitter.fail(
              HttpException.tooManyRequests(
                  "graph_busy",
                  "graph '" + graph + "' is busy: " + maxWaiting + " reads are waiting already",
                  RETRY_AFTER_SECONDS));
          return;
        }
        line.waiting.addLast(waiting);
        return;
      }
      line.taken++;
      begin(line, waiting.work());
    }
    waiting.start().run();
  }

  private void begin(Line line, Work work) {
    work.since = nanoClock.getAsLong();
    line.running.add(work);
  }

  private void release(String graph, Work work) {
    Waiting next = null;
    synchronized (lines) {
      Line line = lines.get(graph);
      if (work.isLong) {
        longWorks--;
      } else if (line != null) {
        line.running.remove(work);
        next = handOn(graph, line);
      }
    }
    if (next != null) {
      next.start().run();
    }
  }

  /** Gives a permit to the next in line, or takes it back. */
  private @org.jspecify.annotations.Nullable Waiting handOn(String graph, Line line) {
    Waiting next = line.waiting.pollFirst();
    if (next != null) {
      begin(line, next.work());
      return next;
    }
    line.taken--;
    if (line.taken == 0) {
      lines.remove(graph);
    }
    return null;
  }

  /** Lets long works give up their permits. To be called now and then. */
  void passOn() {
    List<Waiting> next = new ArrayList<>();
    synchronized (lines) {
      long now = nanoClock.getAsLong();
      for (String graph : List.copyOf(lines.keySet())) {
        Line line = lines.get(graph);
        if (line == null) {
          continue;
        }
        for (Work work : List.copyOf(line.running)) {
          if (now - work.since < LONG.toNanos() || longWorks >= maxLong) {
            break;
          }
          work.isLong = true;
          longWorks++;
          line.running.remove(work);
          Waiting waiting = handOn(graph, line);
          if (waiting != null) {
            next.add(waiting);
          }
        }
      }
    }
    next.forEach(waiting -> waiting.start().run());
  }

  /** Goes on where the request came from, whichever thread gives the permit. */
  private static Runnable onCurrentContext(Runnable work) {
    var context = Vertx.currentContext();
    return context == null
        ? work
        : () -> {
          if (Vertx.currentContext() == context) {
            work.run();
          } else {
            context.runOnContext(ignored -> work.run());
          }
        };
  }
}
