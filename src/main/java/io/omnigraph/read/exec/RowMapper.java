package io.omnigraph.read.exec;

import io.omnigraph.read.expr.Chunk;

/**
 * An output chunk whose rows each come from one row of an input chunk: the carried columns follow
 * the input's through {@link #from}, new ones are filled by the operator.
 */
final class RowMapper {

  private static final int START = 256;

  private final Chunk out;
  private final int[] carried;
  private final int[] filled;
  private int capacity = START;
  private boolean full;
  private int[] from = new int[START];

  /**
   * @param carried slots that are taken over from the input
   * @param added slots the operator fills
   */
  RowMapper(int slotCount, int[] carried, int... added) {
    this.out = new Chunk(slotCount);
    this.carried = carried;
    this.filled = added;
    allocate();
  }

  private void allocate() {
    from = new int[capacity];
    for (int slot : filled) {
      out.slot(slot, new int[capacity]);
    }
  }

  /** Most rows of the next chunk: few at first, so that small results stay cheap. */
  int capacity() {
    return capacity;
  }

  /** To be called before a chunk is filled: makes room if the last one was full. */
  void begin() {
    if (full && capacity < Chunk.CAPACITY) {
      capacity = Math.min(Chunk.CAPACITY, capacity * 4);
      allocate();
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

  /** Lets the first {@code rows} output rows follow the input's. */
  Chunk finish(Chunk input, int rows) {
    out.follow(input, carried, from, rows);
    full = rows == capacity;
    return out;
  }
}
