package io.omnigraph.read;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.read.access.PageKey;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A running query: pulls result batches. Used by one thread at a time (not always the same); each
 * {@link #next} is one short piece of work, so a slow consumer never holds a worker. Closing it
 * early cancels the rest and frees everything.
 */
public interface QueryCursor extends AutoCloseable {

  /** The columns in written order; two may share a name. */
  List<ResultColumn> columns();

  /** The snapshot that is read. */
  Snapshot snapshot();

  /**
   * The next batch, valid until the next call; null at the end. Vectors stand in column order with
   * the physical Arrow types of language section 2.1 (ids, enums and strings Utf8; counts Int64;
   * sums, averages and scores Float64).
   */
  @Nullable VectorSchemaRoot next();

  /**
   * Where the page ended, once all of it was pulled; null if it is the last page or no page was
   * asked for.
   */
  @Nullable PageKey endOfPage();

  /** How the query is executed, with what was counted so far. */
  QueryProfile profile();

  /**
   * Makes the query fail soon, wherever it is. The one method that any thread may call; whoever
   * pulls still closes.
   */
  void cancel();

  @Override
  void close();
}
