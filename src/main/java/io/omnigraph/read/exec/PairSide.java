package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.RowTest;
import java.util.Arrays;
import java.util.List;

/** One side of a {@link PairCount}: the edges that some middle nodes have there, row by row. */
final class PairSide {

  private static final int NONE = -1;

  /** What is held for each row of a long list: its columns, and what is computed over them. */
  private static final long ROW_BYTES = 64;

  private final NodeAccess nodes;
  private final HopLists lists;
  private final int middleSlot;
  private final int farSlot;
  private final int edgeSlot;
  private final int placeSlot;
  private final List<RowTest> tests;
  private final Chunk rows;
  private final QueryBudget budget;
  private int[] middles = {};
  private int[] fars = {};
  private int[] edges = {};
  private int[] places = {};
  private int count;

  /**
   * @param slotCount slots of the query; the rows have one more, with the middle node's place
   * @param edgeSlot where edges are bound; -1 for nowhere
   */
  PairSide(
      QueryBudget budget,
      NodeAccess nodes,
      EdgeAccess edges,
      Direction direction,
      boolean everyEdge,
      int middleSlot,
      int farSlot,
      int edgeSlot,
      List<RowTest> tests,
      int slotCount) {
    this.budget = budget;
    this.nodes = nodes;
    this.lists = new HopLists(edges, direction, everyEdge);
    this.middleSlot = middleSlot;
    this.farSlot = farSlot;
    this.edgeSlot = edgeSlot;
    this.placeSlot = slotCount;
    this.tests = tests;
    this.rows = new Chunk(slotCount + 1);
  }

  /** Finds the lists of some middle nodes. */
  void find(int[] nodesThere, int all) {
    lists.find(nodesThere, all, null);
  }

  /** Forgets all rows. */
  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /** Adds the edges of the middle node at a place among those found. */
  void add(int place, int middle) {
    if (lists.isJoined()) {
      lists.open(place);
    }
    int begin = lists.begins()[place];
    int length = lists.ends()[place] - begin;
    if (length == 0) {
      return;
    }
    room(count + length);
    int end = begin + length;
    int[] reached = lists.targets();
    int n = count;
    for (int i = begin; i < end; i++) {
      fars[n] = reached[i];
      middles[n] = middle;
      places[n++] = place;
    }
    if (edgeSlot != NONE) {
      System.arraycopy(lists.edges(), begin, edges, count, length);
    }
    count = n;
  }

  private void room(int wanted) {
    if (wanted > fars.length) {
      int length = Math.max(wanted, Math.max(2 * Chunk.CAPACITY, fars.length * 2));
      if (length > 2 * Chunk.CAPACITY) {
        budget.reserve(ROW_BYTES * (length - fars.length));
      }
      fars = Arrays.copyOf(fars, length);
      middles = Arrays.copyOf(middles, length);
      places = Arrays.copyOf(places, length);
      edges = edgeSlot == NONE ? edges : Arrays.copyOf(edges, length);
    }
  }

  /** The rows added since the last clearing that pass the tests. */
  Chunk tested() {
    rows.slot(farSlot, fars);
    rows.slot(middleSlot, middles);
    rows.slot(placeSlot, places);
    if (edgeSlot != NONE) {
      rows.slot(edgeSlot, edges);
    }
    rows.rows(count);
    if (!nodes.allLive()) {
      int[] live = new int[count];
      rows.keep(live, nodes.selectLive(fars, count, live));
    }
    ConditionCompiler.apply(tests, rows);
    return rows;
  }

  /** Leaves out rows for which an operand is null. */
  Cells present(Operand operand) {
    Cells cells = operand.evaluate(rows);
    if (!cells.hasNulls()) {
      return cells;
    }
    int[] kept = new int[rows.rows()];
    int n = 0;
    for (int i = 0; i < rows.rows(); i++) {
      if (!cells.isNull(i)) {
        kept[n++] = i;
      }
    }
    rows.keep(kept, n);
    return operand.evaluate(rows);
  }

  /** The place of each row's middle node, ascending. */
  int[] places() {
    return places;
  }

  /** The slots that rows have, besides the place. */
  int[] slots() {
    return edgeSlot == NONE
        ? new int[] {middleSlot, farSlot}
        : new int[] {middleSlot, farSlot, edgeSlot};
  }
}
