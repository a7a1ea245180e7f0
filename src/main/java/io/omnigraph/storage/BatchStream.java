package io.omnigraph.storage;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Pulls Arrow batches. Not thread-safe. Closing it frees the current batch and the scan. */
public interface BatchStream extends AutoCloseable {

  /**
   * The next batch, valid until the next call or close; null at the end. Empty batches are never
   * returned.
   */
  @Nullable VectorSchemaRoot next();

  @Override
  void close();
}
