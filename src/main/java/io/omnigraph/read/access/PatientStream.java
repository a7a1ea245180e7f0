package io.omnigraph.read.access;

import io.omnigraph.manifest.TableHandles;
import io.omnigraph.read.cache.Patience;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A scan that is waited for only as long as the patience lasts. Storage cannot be interrupted, and
 * may read a whole table before it has a batch to give: a filter that few rows fulfil, a search
 * without an index, or a store that does not answer. So others pull, one batch at a time; a pull
 * that is given up ends by itself and then frees what the scan holds.
 */
final class PatientStream implements BatchStream {

  private final TableHandles.Lease table;
  private final ScanRequest request;
  private final Patience patience;

  /** Opened by the first pull. Passed on by the completion of each pull. */
  private @Nullable BatchStream stream;

  private CompletableFuture<@Nullable VectorSchemaRoot> pull =
      CompletableFuture.completedFuture(null);

  /**
   * @param table closed with the stream
   */
  PatientStream(TableHandles.Lease table, ScanRequest request, Patience patience) {
    this.table = table;
    this.request = request;
    this.patience = patience;
  }

  @Override
  public @Nullable VectorSchemaRoot next() {
    CompletableFuture<@Nullable VectorSchemaRoot> next = new CompletableFuture<>();
    pull = next;
    patience.builders().execute(() -> pullInto(next));
    return patience.await(next);
  }

  private void pullInto(CompletableFuture<@Nullable VectorSchemaRoot> next) {
    try {
      BatchStream open = stream;
      if (open == null) {
        open = table.handle().scan(request);
        stream = open;
      }
      next.complete(open.next());
    } catch (RuntimeException | Error e) {
      next.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    if (pull.isDone()) {
      free();
    } else {
      pull.whenComplete((batch, failure) -> free());
    }
  }

  private void free() {
    try (table) {
      if (stream != null) {
        stream.close();
      }
    }
  }
}
