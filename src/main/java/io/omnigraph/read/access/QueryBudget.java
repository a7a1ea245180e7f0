package io.omnigraph.read.access;

import io.omnigraph.model.GoneException;
import io.omnigraph.model.ResourceLimitException;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What one query may use. Counts heap memory held by operators and lookups, result rows and time;
 * going over a limit ends the query. Used by one thread at a time; only {@link #cancel} may come
 * from another.
 */
public final class QueryBudget {

  private final long maxBytes;
  private final long maxRows;
  private final long maxNanos;
  private final LongSupplier nanoClock;
  private final long start;
  private long bytes;
  private long peak;
  private long rows;
  private long bytesRead;
  private long reserved;
  private final MemoryPool pool;
  private volatile boolean cancelled;

  /**
   * @param maxBytes heap bytes of intermediate state
   * @param maxRows result rows
   * @param maxNanos time from now
   * @param pool what all queries of the process share
   */
  public QueryBudget(
      long maxBytes, long maxRows, long maxNanos, LongSupplier nanoClock, MemoryPool pool) {
    this.maxBytes = maxBytes;
    this.maxRows = maxRows;
    this.maxNanos = maxNanos;
    this.nanoClock = nanoClock;
    this.pool = pool;
    this.start = nanoClock.getAsLong();
  }

  /** Accounts memory about to be held. */
  public void reserve(long more) {
    bytes += more;
    reserved += more;
    peak = Math.max(peak, bytes);
    pool.take(more);
    if (bytes > maxBytes) {
      throw new ResourceLimitException(
          "query_memory_limit",
          "the query needs more than "
              + maxBytes
              + " bytes of memory; narrow it, or raise the query memory limit",
          Map.of("resource", "query_memory_bytes", "limit", maxBytes));
    }
    if (pool.isExhausted()) {
      throw new ResourceLimitException(
          "query_memory_exhausted",
          "the queries under way use all memory that the process has for queries; try again",
          Map.of("resource", "queries_memory_bytes", "limit", pool.limit()));
    }
  }

  public void release(long fewer) {
    bytes -= fewer;
    pool.give(fewer);
  }

  /** Bytes that may still be reserved. */
  public long room() {
    return maxBytes - bytes;
  }

  /** All bytes ever reserved, whether they were released or not. */
  public long reservedBytes() {
    return reserved;
  }

  /** Gives everything back that is still reserved; the query has ended. */
  public void releaseAll() {
    pool.give(bytes);
    bytes = 0;
  }

  /** Makes the query fail at its next look at the time. From any thread. */
  public void cancel() {
    cancelled = true;
  }

  /** Counts result rows. */
  public void deliver(int more) {
    rows += more;
    if (rows > maxRows) {
      throw new ResourceLimitException(
          "query_row_limit",
          "the query returns more than "
              + maxRows
              + " rows; add a limit, or raise the query row limit",
          Map.of("resource", "query_rows", "limit", maxRows));
    }
  }

  /** Counts bytes that storage delivered. */
  public void countRead(long more) {
    bytesRead += more;
  }

  public long bytesRead() {
    return bytesRead;
  }

  public long peakBytes() {
    return peak;
  }

  /** To be called between short pieces of work. */
  public void checkTime() {
    if (cancelled) {
      throw new GoneException("query_cancelled", "the query was cancelled");
    }
    if (nanoClock.getAsLong() - start > maxNanos) {
      long millis = maxNanos / 1_000_000;
      throw new ResourceLimitException(
          "query_timeout",
          "the query ran longer than " + millis + " ms; narrow it, or raise the query time limit",
          Map.of("limit_ms", millis));
    }
  }

  public long elapsedNanos() {
    return nanoClock.getAsLong() - start;
  }
}
