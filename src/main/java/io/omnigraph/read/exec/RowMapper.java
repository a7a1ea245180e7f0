package io.omnigraph.read.exec;

import io.omnigraph.read.expr.Chunk;

/**
 * An output chunk whose rows each come from one row of an input chunk: the carried columns are
 * copied through {@link #from}, new ones are filled by the operator.
 */
final class RowMapper {

  private final Chunk out;
  private final int[] carried;
  private final int[] from = new int[Chunk.CAPACITY];

  /**
   * @param carried slots to copy from the input
   * @param added slots the operator fills
   */
  RowMapper(int slotCount, int[] carried, int... added) {
    this.out = new Chunk(slotCount);
    this.carried = carried;
    for (int slot : carried) {
      out.slot(slot, new int[Chunk.CAPACITY]);
    }
    for (int slot : added) {
      out.slot(slot, new int[Chunk.CAPACITY]);
    }
  }

  Chunk chunk() {
    return out;
  }

  int[] column(int slot) {
    return out.slot(slot);
  }

  /** The input row of each output row. */
  int[] from() {
    return from;
  }

  /** Copies the carried columns for the first {@code rows} output rows. */
  Chunk finish(Chunk input, int rows) {
    for (int slot : carried) {
      int[] source = input.slot(slot);
      int[] target = out.slot(slot);
      for (int i = 0; i < rows; i++) {
        target[i] = source[from[i]];
      }
    }
    out.rows(rows);
    return out;
  }
}
