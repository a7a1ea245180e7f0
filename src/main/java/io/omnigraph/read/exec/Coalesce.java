package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import org.jspecify.annotations.Nullable;

/** Joins small chunks into full ones, so that what is kept per chunk stays cheap. */
final class Coalesce extends Operator {

  private static final int SMALL = Chunk.CAPACITY / 2;

  private final Operator input;
  private @Nullable Chunk ahead;
  private boolean ended;

  Coalesce(QueryBudget budget, Operator input) {
    super(new OperatorStats("Coalesce", "", false), budget);
    this.input = input;
  }

  @Override
  @Nullable Chunk pull() {
    Chunk chunk = take();
    if (chunk == null || chunk.rows() >= SMALL) {
      return chunk;
    }
    Chunk joined = new Chunk(chunk.slotCount());
    for (int slot = 0; slot < chunk.slotCount(); slot++) {
      if (chunk.carries(slot)) {
        joined.slot(slot, new int[Chunk.CAPACITY]);
      }
    }
    while (chunk != null && joined.rows() + chunk.rows() <= Chunk.CAPACITY) {
      for (int slot = 0; slot < chunk.slotCount(); slot++) {
        if (chunk.carries(slot)) {
          System.arraycopy(chunk.slot(slot), 0, joined.slot(slot), joined.rows(), chunk.rows());
        }
      }
      joined.rows(joined.rows() + chunk.rows());
      chunk = take();
    }
    ahead = chunk;
    return joined;
  }

  private @Nullable Chunk take() {
    Chunk chunk = ahead;
    ahead = null;
    if (chunk == null && !ended) {
      chunk = input.next();
      ended = chunk == null;
    }
    return chunk;
  }

  @Override
  public void close() {
    input.close();
  }
}
