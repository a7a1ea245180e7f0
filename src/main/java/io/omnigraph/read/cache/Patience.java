package io.omnigraph.read.cache;

import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How somebody waits for a value in the making: it is built by others, and goes on being built for
 * whoever wants it next when the wait is given up.
 *
 * @param builders run builds, each in a thread that may take long
 * @param check called every few milliseconds; throws to end the wait
 */
public record Patience(Executor builders, Runnable check) {

  private static final long CHECK_MILLIS = 20;

  /** Waits for a value. */
  public <T extends @Nullable Object> T await(CompletableFuture<T> result) {
    return await(result, this);
  }

  /**
   * Waits for a value.
   *
   * @param patience null to wait however long it takes
   */
  static <T extends @Nullable Object> T await(
      CompletableFuture<T> result, @Nullable Patience patience) {
    try {
      if (patience == null) {
        return result.join();
      }
      while (true) {
        patience.check().run();
        try {
          return result.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          continue; // not done yet: ask whether to wait on
        }
      }
    } catch (CompletionException | ExecutionException e) {
      if (e.getCause() instanceof GraphException known) {
        throw known;
      }
      throw new InternalException(
          "cache_build_failed", "building derived data failed", Map.of(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GoneException("query_cancelled", "the query was cancelled", Map.of(), e);
    }
  }
}
