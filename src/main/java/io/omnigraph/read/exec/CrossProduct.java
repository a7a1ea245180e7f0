package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import org.jspecify.annotations.Nullable;

/** Every left row with every right row; the right side is kept in memory, the left streams. */
final class CrossProduct extends Operator {

  private final Operator left;
  private final Operator right;
  private final int[] rightSlots;
  private final RowBuffer buffer;
  private final RowMapper mapper;

  private boolean filled;
  private @Nullable Chunk current;
  private int leftRow;
  private int rightRow;

  CrossProduct(
      OperatorStats stats,
      QueryBudget budget,
      Operator left,
      Operator right,
      int[] leftSlots,
      int[] rightSlots,
      int slotCount) {
    super(stats, budget);
    this.left = left;
    this.right = right;
    this.rightSlots = rightSlots;
    this.buffer = new RowBuffer(budget, rightSlots);
    this.mapper = new RowMapper(slotCount, leftSlots, rightSlots);
  }

  @Override
  @Nullable Chunk pull() {
    if (!filled) {
      for (Chunk chunk = right.next(); chunk != null; chunk = right.next()) {
        buffer.add(chunk);
      }
      filled = true;
    }
    if (buffer.rows() == 0) {
      return null;
    }
    if (current == null) {
      current = left.next();
      if (current == null) {
        return null;
      }
      leftRow = 0;
      rightRow = 0;
    }
    Chunk source = current;
    mapper.begin();
    int count = 0;
    while (leftRow < source.rows() && count < mapper.capacity()) {
      int length = Math.min(buffer.rows() - rightRow, mapper.capacity() - count);
      for (int i = 0; i < rightSlots.length; i++) {
        System.arraycopy(buffer.column(i), rightRow, mapper.column(rightSlots[i]), count, length);
      }
      java.util.Arrays.fill(mapper.from(), count, count + length, leftRow);
      count += length;
      rightRow += length;
      if (rightRow == buffer.rows()) {
        rightRow = 0;
        leftRow++;
      }
    }
    Chunk out = mapper.finish(source, count);
    if (leftRow >= source.rows()) {
      current = null;
    }
    return out;
  }

  @Override
  public void close() {
    buffer.free();
    left.close();
    right.close();
  }
}
