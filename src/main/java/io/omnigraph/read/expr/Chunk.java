package io.omnigraph.read.expr;

import org.jspecify.annotations.Nullable;

/**
 * A batch of binding rows: for each carried variable one int column, found at the variable's slot;
 * columns of slots that are not carried are null. Belongs to the operator that made it and is valid
 * until that operator is asked for the next one; whoever got it may thin it out in place.
 */
public final class Chunk {

  /** Most rows of a chunk. */
  public static final int CAPACITY = 4096;

  private final int[][] slots;
  private long @Nullable [] weights;
  private int rows;

  public Chunk(int slotCount) {
    slots = new int[slotCount][];
  }

  public int rows() {
    return rows;
  }

  public void rows(int count) {
    rows = count;
  }

  /** The column of a slot, filled up to {@link #rows}. */
  public int[] slot(int slot) {
    return slots[slot];
  }

  public boolean carries(int slot) {
    return slots[slot] != null;
  }

  public int slotCount() {
    return slots.length;
  }

  public void slot(int slot, int[] column) {
    slots[slot] = column;
  }

  /**
   * How many equal rows each row stands for; null for one each. Only the counting of whole patterns
   * makes such chunks, and only an aggregation gets them.
   */
  public long @Nullable [] weights() {
    return weights;
  }

  public void weights(long @Nullable [] newWeights) {
    weights = newWeights;
  }

  /** Keeps only some rows, given ascending. */
  public void keep(int[] selected, int count) {
    if (count == rows) {
      return;
    }
    for (int[] column : slots) {
      if (column != null) {
        for (int i = 0; i < count; i++) {
          column[i] = column[selected[i]];
        }
      }
    }
    rows = count;
  }
}
