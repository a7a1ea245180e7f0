package io.omnigraph.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.MemoryPool;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.access.Warmer;
import io.omnigraph.read.cache.BuildThreads;
import io.omnigraph.read.cache.CacheStatistics;
import io.omnigraph.read.cache.ColdBuilds;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.cache.SerialQueue;
import io.omnigraph.read.exec.PreparedQuery;
import io.omnigraph.read.exec.QueryRun;
import io.omnigraph.read.table.CacheAdvance;
import io.omnigraph.read.table.TableCache;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Answers compiled reads on snapshots of one graph. Keeps what it derives from tables (ids,
 * topology, columns) in memory under one byte budget, shared by all snapshots that show the same
 * physical tables. Thread-safe; holds no open resource of its own.
 */
public final class QueryEngine implements AutoCloseable {

  /** More commits than this waiting to be followed: the next read catches up instead. */
  private static final int MOST_BACKLOG = 32;

  /**
   * What all runs of a query share.
   *
   * @param label names the buffers of a run's result
   */
  private record Prepared(PreparedQuery query, Schema schema, String label) {}

  /** Of all graphs of the process that have none of their own. */
  private static @Nullable DerivedCache shared;

  private final BufferAllocator allocator;
  private final TableCache tables;
  private final @Nullable TextEmbedder embedder;
  private final LongSupplier nanoClock;
  private final CacheAdvance advance;
  private final ColdBuilds builds;
  private final Warmer warmer;
  private final Cache<CompiledQuery.Read, Prepared> prepared =
      Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();
  private final BuildThreads threads = new BuildThreads();
  private final SerialQueue following = new SerialQueue("following a commit in the caches");

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
    this(handles, allocator, new DerivedCache(cacheBytes, nanoClock), embedder, nanoClock);
  }

  /**
   * @param cache may be shared with other engines
   */
  public QueryEngine(
      TableHandles handles,
      BufferAllocator allocator,
      DerivedCache cache,
      @Nullable TextEmbedder embedder,
      LongSupplier nanoClock) {
    this.allocator = allocator;
    this.tables = new TableCache(handles, cache);
    this.embedder = embedder;
    this.nanoClock = nanoClock;
    this.advance = new CacheAdvance(tables);
    this.builds = new ColdBuilds(nanoClock);
    this.warmer = new Warmer(tables, builds);
  }

  /** One cache for all graphs of this process, of {@link #defaultCacheBytes} bytes. */
  public static synchronized DerivedCache sharedCache() {
    DerivedCache cache = shared;
    if (cache == null) {
      cache = new DerivedCache(defaultCacheBytes(), System::nanoTime);
      shared = cache;
    }
    return cache;
  }

  /**
   * The budget of the shared cache: what the system property {@code omnigraph.cache.megabytes} or
   * the environment variable {@code OMNIGRAPH_CACHE_MEGABYTES} says, or two fifths of the heap this
   * process may use, which is a fraction of the machine's memory.
   */
  public static long defaultCacheBytes() {
    String said =
        System.getProperty("omnigraph.cache.megabytes", System.getenv("OMNIGRAPH_CACHE_MEGABYTES"));
    if (said == null || said.isBlank()) {
      return Runtime.getRuntime().maxMemory() / 5 * 2;
    }
    try {
      return Math.multiplyExact(Long.parseLong(said.trim()), 1L << 20);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new BadRequestException(
          "invalid_cache_size",
          "OMNIGRAPH_CACHE_MEGABYTES must be a number of megabytes, not '" + said + "'",
          Map.of("value", said),
          e);
    }
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
        new QueryBudget(
            limits.memoryBytes(),
            limits.rows(),
            limits.time().toNanos(),
            nanoClock,
            MemoryPool.ofProcess());
    if (options.cancellation() != null) {
      options.cancellation().whenCancelled(budget::cancel);
    }
    try {
      return start(query, parameters, snapshot, options, budget);
    } catch (RuntimeException | Error e) {
      budget.releaseAll();
      throw e;
    }
  }

  private QueryCursor start(
      CompiledQuery.Read query,
      Parameters parameters,
      Snapshot snapshot,
      QueryOptions options,
      QueryBudget budget) {
    Prepared prepared = prepare(query, snapshot);
    QueryRun run =
        QueryRun.start(
            prepared.query(),
            parameters,
            snapshot,
            tables,
            embedder,
            options.forcedPath(),
            warmer,
            budget,
            options.profile(),
            options.page(),
            options.planOnly() ? null : threads);
    try {
      BufferAllocator child =
          allocator.newChildAllocator(prepared.label(), 0, options.limits().resultBytes());
      return new EngineCursor(
          query.columns(), prepared.schema(), snapshot, run, options.planOnly(), budget, child);
    } catch (RuntimeException | Error e) {
      try (run) {
        throw e;
      }
    }
  }

  /** What runs of a query share, made once for as long as somebody holds the compiled query. */
  private Prepared prepare(CompiledQuery.Read query, Snapshot snapshot) {
    Prepared known = prepared.getIfPresent(query);
    if (known != null && known.query().fits(snapshot.catalog())) {
      return known;
    }
    Prepared made =
        new Prepared(
            PreparedQuery.of(query, snapshot.catalog()),
            ResultSchema.of(query.columns()),
            "query " + query.name());
    prepared.put(query, made);
    return made;
  }

  public QueryCursor execute(CompiledQuery.Read query, Parameters parameters, Snapshot snapshot) {
    return execute(query, parameters, snapshot, QueryOptions.DEFAULT);
  }

  /** How a query would be executed, without running it or building the caches it would use. */
  public QueryProfile explain(
      CompiledQuery.Read query, Parameters parameters, Snapshot snapshot, QueryOptions options) {
    try (QueryCursor cursor = execute(query, parameters, snapshot, options.withPlanOnly(true))) {
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
        advance.follow(before, after, table.getKey());
      }
    }
  }

  /** {@link #advance} in the background, one commit after the other. */
  public void advanceLater(Snapshot before, Snapshot after) {
    later(() -> advance(before, after));
  }

  /** Queues work on the caches behind the commits that are being followed. */
  public void later(Runnable work) {
    if (following.backlog() < MOST_BACKLOG) {
      following.submit(work);
    }
  }

  public CacheStatistics cacheStatistics() {
    return tables.derived().statistics();
  }

  /** Waits until the background has nothing to do. */
  public void awaitIdle() throws InterruptedException {
    following.awaitIdle();
    builds.awaitIdle();
    threads.awaitIdle();
  }

  /** Stops the background work and forgets what was cached of this graph. */
  @Override
  public void close() {
    try (threads;
        builds) {
      following.close();
    }
    tables.clear();
  }
}
