package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How many pieces of read work one graph may have on the workers at once, so that one busy graph
 * does not take the whole pool. Whoever finds none free waits in line without holding a thread.
 * Thread-safe.
 */
public final class ReadPermits {

  private static final int RETRY_AFTER_SECONDS = 5;

  private final int perGraph;
  private final int maxWaiting;

  /** Guarded by itself. */
  private final Map<String, Line> lines = new HashMap<>();

  public ReadPermits(int perGraph, int maxWaiting) {
    this.perGraph = perGraph;
    this.maxWaiting = maxWaiting;
  }

  private static final class Line {
    private int taken;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
  }

  /**
   * Runs work once a permit is free and gives the permit back when the work has ended, also when
   * its result is no longer wanted: the worker is busy until then.
   */
  <T> Uni<T> with(String graph, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .<T>emitter(
            emitter -> take(graph, onCurrentContext(() -> run(graph, work, emitter)), emitter));
  }

  private <T> void run(String graph, Supplier<Uni<T>> work, UniEmitter<? super T> emitter) {
    work.get()
        .subscribe()
        .with(
            item -> {
              release(graph);
              emitter.complete(item);
            },
            failure -> {
              release(graph);
              emitter.fail(failure);
            });
  }

  private void take(String graph, Runnable start, UniEmitter<?> emitter) {
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
        line.waiting.addLast(start);
        return;
      }
      line.taken++;
    }
    start.run();
  }

  private void release(String graph) {
    Runnable next;
    synchronized (lines) {
      Line line = Objects.requireNonNull(lines.get(graph), "a permit was taken");
      next = line.waiting.pollFirst();
      if (next == null) {
        line.taken--;
        if (line.taken == 0) {
          lines.remove(graph);
        }
      }
    }
    if (next != null) {
      next.run();
    }
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
