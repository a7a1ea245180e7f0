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

  /**
   * A fresh instance of the body.
   *
   * @param repeatable whether it may be given further rows once it has delivered null
   */
  record Body(Operator root, OuterRows leaf, boolean repeatable) {}

  private final Operator input;
  private final Supplier<Body> body;
  private final int rowSlot;

  /** A body that can be used once more. */
  private @Nullable Body kept;

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
    Body instance = kept == null ? body.get() : kept;
    kept = null;
    boolean drained = false;
    try {
      instance.leaf().give(chunk);
      while (!drained && matches < chunk.rows()) {
        Chunk found = instance.root().next();
        drained = found == null;
        matches += found == null ? 0 : mark(found, matched);
      }
    } finally {
      if (drained && instance.repeatable()) {
        kept = instance;
      } else {
        instance.root().close();
      }
    }
    int[] rest = new int[chunk.rows()];
    int left = 0;
    for (int i = 0; i < chunk.rows(); i++) {
      if (!matched.get(i)) {
        rest[left++] = i;
      }
    }
    chunk.keep(rest, left);
    return chunk;
  }

  private int mark(Chunk found, Bits matched) {
    int[] numbers = found.slot(rowSlot);
    int matches = 0;
    for (int i = 0; i < found.rows(); i++) {
      matches += matched.add(numbers[i]) ? 1 : 0;
    }
    return matches;
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.root().close();
    }
    input.close();
  }
}
