package io.omnigraph.read;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.cache.CacheStatistics;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.exec.QueryRun;
import io.omnigraph.read.table.TableCache;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Answers compiled reads on snapshots of one graph. Keeps what it derives from tables (ids,
 * topology, columns) in memory under one byte budget, shared by all snapshots that show the same
 * physical tables. Thread-safe; holds no open resource of its own.
 */
public final class QueryEngine {

  private final BufferAllocator allocator;
  private final TableCache tables;
  private final @Nullable TextEmbedder embedder;
  private final LongSupplier nanoClock;

  /**
   * @param handles open tables of the graph
   * @param allocator parent of the buffers that results live in
   * @param cacheBytes budget of the derived caches; 0 keeps nothing
   * @param embedder embeds query texts; null if no provider is configured
   */
  public QueryEngine(
      TableHandles handles,
      BufferAllocator allocator,
      long cacheBytes,
      @Nullable TextEmbedder embedder,
      LongSupplier nanoClock) {
    this.allocator = allocator;
    this.tables = new TableCache(handles, new DerivedCache(cacheBytes, nanoClock));
    this.embedder = embedder;
    this.nanoClock = nanoClock;
  }

  /** A quarter of the heap this process may use: the budget if none is configured. */
  public static long defaultCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /**
   * Starts a query. The caller pulls batches and closes the cursor.
   *
   * @param parameters bound and complete
   * @throws io.omnigraph.model.ResourceLimitException here or from the cursor, when a limit is
   *     reached
   */
  public QueryCursor execute(
      CompiledQuery.Read query, Parameters parameters, Snapshot snapshot, QueryOptions options) {
    QueryLimits limits = options.limits();
    QueryBudget budget =
        new QueryBudget(limits.memoryBytes(), limits.rows(), limits.time().toNanos(), nanoClock);
    QueryRun run =
        QueryRun.start(
            query,
            parameters,
            snapshot,
            tables,
            embedder,
            options.forcedPath(),
            budget,
            options.profile());
    try {
      BufferAllocator child =
          allocator.newChildAllocator("query " + query.name(), 0, limits.resultBytes());
      return new EngineCursor(query.columns(), snapshot, run, budget, child);
    } catch (RuntimeException | Error e) {
      try (run) {
        throw e;
      }
    }
  }

  public QueryCursor execute(CompiledQuery.Read query, Parameters parameters, Snapshot snapshot) {
    return execute(query, parameters, snapshot, QueryOptions.DEFAULT);
  }

  /** How a query would be executed, without running it. Caches that it would use are built. */
  public QueryProfile explain(
      CompiledQuery.Read query, Parameters parameters, Snapshot snapshot, QueryOptions options) {
    try (QueryCursor cursor = execute(query, parameters, snapshot, options)) {
      return cursor.profile();
    }
  }

  /**
   * Brings cached tables over from the snapshot before a commit to the one after it, so that the
   * next read does not pay. Optional: a read that finds an older version does the same.
   */
  public void advance(Snapshot before, Snapshot after) {
    for (Map.Entry<TableKey, TableEntry> table : after.tables().entrySet()) {
      TableEntry old = before.tables().get(table.getKey());
      if (old != null && !old.equals(table.getValue())) {
        tables.advance(before, after, table.getKey());
      }
    }
  }

  public CacheStatistics cacheStatistics() {
    return tables.derived().statistics();
  }
}
