package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.expr.Chunk;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds all rows back until it has ranked the nodes among them. The score of a fusion depends on
 * every node that is ranked beside, so none can be told from a part of the rows.
 */
final class Candidates extends Operator {

  /**
   * Something to do with the distinct nodes of a variable.
   *
   * @param slot the variable's
   */
  record Use(int slot, Ranking ranking) {}

  @FunctionalInterface
  interface Ranking {
    void rank(int[] candidates, int count);
  }

  private final Operator input;
  private final List<Use> uses;
  private final RowBuffer buffer;
  private final Chunk out;
  private final int[] order = new int[Chunk.CAPACITY];
  private boolean ranked;
  private int given;

  /**
   * @param slots to keep, those of the ranked variables among them
   */
  Candidates(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      List<Use> uses,
      int[] slots,
      int slotCount) {
    super(stats, budget);
    this.input = input;
    this.uses = uses;
    this.buffer = new RowBuffer(budget, slots);
    this.out = buffer.newChunk(slotCount);
  }

  /** The distinct nodes of a column, in the order in which they come first. */
  static IntArrayList distinct(int[] nodes, int rows) {
    Bits known = new Bits(1024);
    IntArrayList distinct = new IntArrayList();
    for (int i = 0; i < rows; i++) {
      if (known.add(nodes[i])) {
        distinct.add(nodes[i]);
      }
    }
    return distinct;
  }

  @Override
  @Nullable Chunk pull() {
    if (!ranked) {
      for (Chunk chunk = input.next(); chunk != null; chunk = input.next()) {
        buffer.add(chunk);
      }
      for (Use use : uses) {
        IntArrayList nodes = distinct(buffer.columnOf(use.slot()), buffer.rows());
        use.ranking().rank(nodes.elements(), nodes.size());
      }
      ranked = true;
    }
    int count = Math.min(Chunk.CAPACITY, buffer.rows() - given);
    if (count == 0) {
      return null;
    }
    for (int i = 0; i < count; i++) {
      order[i] = given + i;
    }
    buffer.copy(order, 0, count, out);
    given += count;
    return out;
  }

  @Override
  public void close() {
    buffer.free();
    input.close();
  }
}
