package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Comparisons;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.search.Ranked;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders rows by the rank of one variable's node, rows of unranked nodes dropped. Sees all rows
 * first, so that only nodes that fulfil the rest of the pattern are ranked. Ranks even no rows, so
 * that a bad query vector is always told. Rows of one node follow the ids of what else they bind:
 * what a limit cuts off must not depend on the path the rows came by.
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
  private final List<Operand> tieBreakers;
  private final RowBuffer buffer;
  private final Chunk out;
  private int @Nullable [] order;
  private int given;

  /**
   * @param slots to keep, the variable's among them
   * @param oncePerNode deliver only the first row of each node
   * @param tieBreakers ids that order the rows of one node
   */
  Rank(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      int variableSlot,
      Ranking ranking,
      boolean oncePerNode,
      List<Operand> tieBreakers,
      int[] slots,
      int slotCount) {
    super(stats, budget);
    this.input = input;
    this.variableSlot = variableSlot;
    this.ranking = ranking;
    this.oncePerNode = oncePerNode;
    this.tieBreakers = tieBreakers;
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
    IntArrayList candidates = Candidates.distinct(nodes, rows);
    Ranked ranked = ranking.rank(candidates.elements(), candidates.size());
    Int2IntOpenHashMap places = new Int2IntOpenHashMap(ranked.size());
    places.defaultReturnValue(-1);
    for (int i = 0; i < ranked.size(); i++) {
      places.put(ranked.node(i), i);
    }
    int[] place = new int[rows];
    IntArrayList kept = new IntArrayList();
    for (int i = 0; i < rows; i++) {
      place[i] = places.get(nodes[i]);
      if (place[i] >= 0) {
        kept.add(i);
      }
    }
    int[] result = kept.toIntArray();
    IntArrays.mergeSort(result, (a, b) -> Integer.compare(place[a], place[b]));
    if (result.length > ranked.size() && !tieBreakers.isEmpty()) {
      breakTies(result, place);
    }
    return oncePerNode ? firstOfEach(result, place) : result;
  }

  /** Orders every run of rows of one place by their ids. */
  private void breakTies(int[] result, int[] place) {
    List<Cells[]> ids = new ArrayList<>();
    for (int from = 0; from < result.length; from += Chunk.CAPACITY) {
      int count = Math.min(Chunk.CAPACITY, result.length - from);
      buffer.copy(result, from, count, out);
      ids.add(
          tieBreakers.stream()
              .map(operand -> operand.evaluate(out).settled(count))
              .toArray(Cells[]::new));
    }
    int[] positions = new int[result.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i;
    }
    for (int from = 0, to = 0; from < result.length; from = to) {
      while (to < result.length && place[result[to]] == place[result[from]]) {
        to++;
      }
      if (to - from > 1) {
        IntArrays.mergeSort(positions, from, to, (a, b) -> compareIds(ids, a, b));
      }
    }
    int[] before = result.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = before[positions[i]];
    }
  }

  private static int compareIds(List<Cells[]> ids, int left, int right) {
    Cells[] a = ids.get(left / Chunk.CAPACITY);
    Cells[] b = ids.get(right / Chunk.CAPACITY);
    for (int k = 0; k < a.length; k++) {
      int order = Comparisons.order(a[k], left % Chunk.CAPACITY, b[k], right % Chunk.CAPACITY);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int[] firstOfEach(int[] result, int[] place) {
    IntArrayList first = new IntArrayList();
    for (int i = 0; i < result.length; i++) {
      if (i == 0 || place[result[i]] != place[result[i - 1]]) {
        first.add(result[i]);
      }
    }
    return first.toIntArray();
  }

  @Override
  public void close() {
    buffer.free();
    input.close();
  }
}
