package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * A step of a running query: delivers chunks until there are none. A delivered chunk is never empty
 * and valid until the next call. Closing closes the inputs.
 */
abstract class Operator implements AutoCloseable {

  private final OperatorStats stats;
  private final QueryBudget budget;

  Operator(OperatorStats stats, QueryBudget budget) {
    this.stats = stats;
    this.budget = budget;
  }

  OperatorStats stats() {
    return stats;
  }

  QueryBudget budget() {
    return budget;
  }

  /** The next chunk; null at the end. */
  final @Nullable Chunk next() {
    budget.checkTime();
    long start = stats.timed() ? System.nanoTime() : 0;
    long read = budget.bytesRead();
    long reserved = budget.reservedBytes();
    Chunk chunk = pull();
    while (chunk != null && chunk.rows() == 0) {
      budget.checkTime();
      chunk = pull();
    }
    stats.count(
        chunk == null ? 0 : chunk.rows(),
        stats.timed() ? System.nanoTime() - start : 0,
        budget.bytesRead() - read,
        budget.reservedBytes() - reserved);
    return chunk;
  }

  /** The next chunk, possibly empty; null at the end. */
  abstract @Nullable Chunk pull();

  @Override
  public abstract void close();
}
