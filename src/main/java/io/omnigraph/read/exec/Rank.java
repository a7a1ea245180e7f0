package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.search.Ranked;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import org.jspecify.annotations.Nullable;

/**
 * Orders rows by the rank of one variable's node, rows of unranked nodes dropped. Sees all rows
 * first, so that only nodes that fulfil the rest of the pattern are ranked. Ranks even no rows, so
 * that a bad query vector is always told.
 */
final class Rank extends Operator {

  /** Ranks the distinct nodes that survived the pattern. */
  @FunctionalInterface
  interface Ranking {
    Ranked rank(int[] candidates, int count);
  }

  private final Operator input;
  private final int variableSlot;
  private final Ranking ranking;
  private final boolean oncePerNode;
  private final RowBuffer buffer;
  private final Chunk out;
  private int @Nullable [] order;
  private int given;

  /**
   * @param slots to keep, the variable's among them
   * @param oncePerNode deliver only the first row of each node
   */
  Rank(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      int variableSlot,
      Ranking ranking,
      boolean oncePerNode,
      int[] slots,
      int slotCount) {
    super(stats, budget);
    this.input = input;
    this.variableSlot = variableSlot;
    this.ranking = ranking;
    this.oncePerNode = oncePerNode;
    this.buffer = new RowBuffer(budget, slots);
    this.out = buffer.newChunk(slotCount);
  }

  @Override
  @Nullable Chunk pull() {
    if (order == null) {
      order = rank();
    }
    int count = Math.min(Chunk.CAPACITY, order.length - given);
    if (count == 0) {
      return null;
    }
    buffer.copy(order, given, count, out);
    given += count;
    return out;
  }

  private int[] rank() {
    for (Chunk chunk = input.next(); chunk != null; chunk = input.next()) {
      buffer.add(chunk);
    }
    int rows = buffer.rows();
    int[] nodes = buffer.columnOf(variableSlot);
    Bits distinct = new Bits(1024);
    IntArrayList candidates = new IntArrayList();
    for (int i = 0; i < rows; i++) {
      if (distinct.add(nodes[i])) {
        candidates.add(nodes[i]);
      }
    }
    Ranked ranked = ranking.rank(candidates.elements(), candidates.size());
    Int2IntOpenHashMap places = new Int2IntOpenHashMap(ranked.size());
    places.defaultReturnValue(-1);
    for (int i = 0; i < ranked.size(); i++) {
      places.put(ranked.node(i), i);
    }
    int[] place = new int[rows];
    IntArrayList kept = new IntArrayList();
    Bits taken = new Bits(ranked.size());
    for (int i = 0; i < rows; i++) {
      place[i] = places.get(nodes[i]);
      if (place[i] >= 0 && (!oncePerNode || taken.add(place[i]))) {
        kept.add(i);
      }
    }
    int[] result = kept.toIntArray();
    IntArrays.mergeSort(result, (a, b) -> Integer.compare(place[a], place[b]));
    return result;
  }

  @Override
  public void close() {
    buffer.free();
    input.close();
  }
}
