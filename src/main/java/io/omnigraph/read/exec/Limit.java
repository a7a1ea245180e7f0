package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import org.jspecify.annotations.Nullable;

/** Skips rows, then lets a number of rows through. */
final class Limit extends Operator {

  private final Operator input;
  private long toSkip;
  private long left;

  /**
   * @param limit most rows; {@code Long.MAX_VALUE} for all
   */
  Limit(OperatorStats stats, QueryBudget budget, Operator input, long offset, long limit) {
    super(stats, budget);
    this.input = input;
    this.toSkip = offset;
    this.left = limit;
  }

  @Override
  @Nullable Chunk pull() {
    if (left == 0) {
      return null;
    }
    Chunk chunk = input.next();
    if (chunk == null) {
      return null;
    }
    int skipped = (int) Math.min(toSkip, chunk.rows());
    toSkip -= skipped;
    int count = (int) Math.min(left, chunk.rows() - skipped);
    int[] selected = new int[count];
    java.util.Arrays.setAll(selected, i -> skipped + i);
    if (skipped > 0 || count < chunk.rows()) {
      chunk.keep(selected, count);
    }
    left -= count;
    return chunk;
  }

  @Override
  public void close() {
    input.close();
  }
}
