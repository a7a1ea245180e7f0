package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Joins small chunks into full ones, so that what is kept per chunk stays cheap. */
final class Coalesce extends Operator {

  private static final int SMALL = Chunk.CAPACITY / 2;

  private static final int FEW = 128;

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
    int capacity = 0;
    while (chunk != null && joined.rows() + chunk.rows() <= Chunk.CAPACITY) {
      int rows = joined.rows() + chunk.rows();
      if (rows > capacity) {
        capacity = capacity == 0 ? Math.max(FEW, rows) : Chunk.CAPACITY;
      }
      for (int slot = 0; slot < chunk.slotCount(); slot++) {
        if (chunk.carries(slot)) {
          append(chunk.slot(slot), chunk.rows(), joined, slot, capacity);
        }
      }
      joined.rows(rows);
      chunk = take();
    }
    ahead = chunk;
    return joined;
  }

  private static void append(int[] column, int rows, Chunk joined, int slot, int capacity) {
    int[] target = joined.carries(slot) ? joined.slot(slot) : new int[capacity];
    if (target.length < capacity) {
      target = Arrays.copyOf(target, capacity);
    }
    System.arraycopy(column, 0, target, joined.rows(), rows);
    joined.slot(slot, target);
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
