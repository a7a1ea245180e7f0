package io.omnigraph.publish;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Runs steps side by side and waits for all of them. Stateless. */
final class Parallel {

  private Parallel() {}

  /**
   * Runs every step to its end, the last one on the calling thread, also if others fail.
   *
   * @throws RuntimeException the first failure in order; further ones are attached
   */
  static void run(Executor executor, Collection<Runnable> steps) {
    List<Runnable> ordered = new ArrayList<>(steps);
    if (ordered.isEmpty()) {
      return;
    }
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (Runnable step : ordered.subList(0, ordered.size() - 1)) {
      running.add(CompletableFuture.runAsync(step, executor));
    }
    Throwable failure = null;
    Throwable last = null;
    try {
      ordered.get(ordered.size() - 1).run();
    } catch (RuntimeException | Error e) {
      last = e;
    }
    for (CompletableFuture<Void> step : running) {
      try {
        step.join();
      } catch (CompletionException e) {
        failure = merge(failure, e.getCause() == null ? e : e.getCause());
      }
    }
    if (last != null) {
      failure = merge(failure, last);
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private static Throwable merge(
      @org.jspecify.annotations.Nullable Throwable first, Throwable next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }
}
