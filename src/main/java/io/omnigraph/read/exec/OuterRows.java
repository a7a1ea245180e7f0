package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * The leaf of a negation's body: delivers the outer rows it was given once, as a copy, with their
 * row numbers in an extra slot.
 */
final class OuterRows extends Operator {

  private final int[] slots;
  private final int rowSlot;
  private final int slotCount;
  private @Nullable Chunk outer;

  OuterRows(OperatorStats stats, QueryBudget budget, int[] slots, int rowSlot, int slotCount) {
    super(stats, budget);
    this.slots = slots;
    this.rowSlot = rowSlot;
    this.slotCount = slotCount;
  }

  void give(Chunk rows) {
    outer = rows;
  }

  @Override
  @Nullable Chunk pull() {
    if (outer == null) {
      return null;
    }
    Chunk copy = new Chunk(slotCount);
    int rows = outer.rows();
    for (int slot : slots) {
      copy.slot(slot, java.util.Arrays.copyOf(outer.slot(slot), rows));
    }
    int[] numbers = new int[rows];
    java.util.Arrays.setAll(numbers, i -> i);
    copy.slot(rowSlot, numbers);
    copy.rows(rows);
    outer = null;
    return copy;
  }

  @Override
  public void close() {}
}
