package io.omnigraph.read;

import java.time.Duration;

/**
 * The most one query may use.
 *
 * @param memoryBytes heap bytes of intermediate state (not counting the shared caches)
 * @param resultBytes Arrow bytes of one result batch
 * @param rows result rows
 * @param time from the start of execution to the last batch
 */
public record QueryLimits(long memoryBytes, long resultBytes, long rows, Duration time) {

  /** 512 MiB, 256 MiB, unbounded rows, ten minutes. */
  public static final QueryLimits DEFAULT =
      new QueryLimits(512L << 20, 256L << 20, Long.MAX_VALUE, Duration.ofMinutes(10));

  public QueryLimits withRows(long newRows) {
    return new QueryLimits(memoryBytes, resultBytes, newRows, time);
  }

  public QueryLimits withMemoryBytes(long bytes) {
    return new QueryLimits(bytes, resultBytes, rows, time);
  }

  public QueryLimits withTime(Duration newTime) {
    return new QueryLimits(memoryBytes, resultBytes, rows, newTime);
  }
}
