package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import java.util.Arrays;

/** Rows kept by an operator that must see all of its input: growing columns of some slots. */
final class RowBuffer {

  private final QueryBudget budget;
  private final int[] slots;
  private final int[][] columns;
  private int rows;
  private int capacity;

  RowBuffer(QueryBudget budget, int[] slots) {
    this.budget = budget;
    this.slots = slots;
    this.columns = new int[slots.length][0];
  }

  int rows() {
    return rows;
  }

  /** The column of the n-th kept slot. */
  int[] column(int index) {
    return columns[index];
  }

  /** The kept column of a slot. */
  int[] columnOf(int slot) {
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] == slot) {
        return columns[i];
      }
    }
    throw new IllegalStateException("slot " + slot + " is not kept");
  }

  void add(Chunk chunk) {
    int need = rows + chunk.rows();
    if (need < 0) {
      budget.reserve(budget.room() + 1); // more rows than an array holds
    }
    if (need > capacity) {
      int grown = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(need, capacity * 2L));
      budget.reserve(4L * slots.length * (grown - capacity));
      capacity = grown;
      for (int i = 0; i < columns.length; i++) {
        columns[i] = Arrays.copyOf(columns[i], capacity);
      }
    }
    for (int i = 0; i < slots.length; i++) {
      System.arraycopy(chunk.slot(slots[i]), 0, columns[i], rows, chunk.rows());
    }
    rows = need;
  }

  /** Copies rows named by an index array into a chunk. */
  void copy(int[] order, int from, int count, Chunk into) {
    for (int i = 0; i < slots.length; i++) {
      int[] target = into.slot(slots[i]);
      int[] source = columns[i];
      for (int r = 0; r < count; r++) {
        target[r] = source[order[from + r]];
      }
    }
    into.rows(count);
  }

  /** A chunk with room for the kept slots. */
  Chunk newChunk(int slotCount) {
    Chunk chunk = new Chunk(slotCount);
    for (int slot : slots) {
      chunk.slot(slot, new int[Chunk.CAPACITY]);
    }
    return chunk;
  }

  void free() {
    budget.release(4L * slots.length * capacity);
    capacity = 0;
    rows = 0;
    Arrays.setAll(columns, i -> new int[0]);
  }
}
