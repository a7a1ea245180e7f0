package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.expr.Chunk;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drops every input row for which the body yields a row. The body runs over all rows of a chunk at
 * once and tells by row number which of them it reached.
 */
final class AntiJoin extends Operator {

  /** A fresh instance of the body. */
  record Body(Operator root, OuterRows leaf) {}

  private final Operator input;
  private final Supplier<Body> body;
  private final int rowSlot;

  AntiJoin(
      OperatorStats stats, QueryBudget budget, Operator input, Supplier<Body> body, int rowSlot) {
    super(stats, budget);
    this.input = input;
    this.body = body;
    this.rowSlot = rowSlot;
  }

  @Override
  @Nullable Chunk pull() {
    Chunk chunk = input.next();
    if (chunk == null) {
      return null;
    }
    Bits matched = new Bits(chunk.rows());
    int matches = 0;
    Body instance = body.get();
    try (Operator root = instance.root()) {
      instance.leaf().give(chunk);
      Chunk found = root.next();
      while (found != null && matches < chunk.rows()) {
        int[] numbers = found.slot(rowSlot);
        for (int i = 0; i < found.rows(); i++) {
          if (matched.add(numbers[i])) {
            matches++;
          }
        }
        found = matches < chunk.rows() ? root.next() : null;
      }
    }
    int[] rest = new int[chunk.rows()];
    int kept = 0;
    for (int i = 0; i < chunk.rows(); i++) {
      if (!matched.get(i)) {
        rest[kept++] = i;
      }
    }
    chunk.keep(rest, kept);
    return chunk;
  }

  @Override
  public void close() {
    input.close();
  }
}
