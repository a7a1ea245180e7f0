package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.table.Neighbours;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rows whose two bound ends are connected; with an edge slot, one row per connecting edge.
 */
final class ExpandInto extends Operator {

  private static final int NONE = -1;

  private final Operator input;
  private final EdgeAccess edges;
  private final Traversal traversal;
  private final int fromSlot;
  private final int toSlot;
  private final int edgeSlot;
  private final @Nullable BoundedWalk walk;
  private final RowMapper mapper;
  private final IntArrayList connecting = new IntArrayList();

  private @Nullable Chunk current;
  private @Nullable Neighbours out;
  private @Nullable Neighbours in;
  private int row;
  private int given = NONE;
  private final boolean fromEitherEnd;
  private final ConnectedRows connected;

  /**
   * @param fromEitherEnd whether the lists of both ends are at hand
   */
  ExpandInto(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      EdgeAccess edges,
      Traversal traversal,
      int fromSlot,
      int toSlot,
      int edgeSlot,
      int slotCount,
      int[] carried,
      boolean fromEitherEnd) {
    super(stats, budget);
    this.input = input;
    this.edges = edges;
    this.traversal = traversal;
    this.fromSlot = fromSlot;
    this.toSlot = toSlot;
    this.edgeSlot = edgeSlot;
    this.fromEitherEnd = fromEitherEnd;
    this.connected = new ConnectedRows(budget);
    this.walk =
        traversal.maxHops() > 1 || traversal.minHops() > 1
            ? new BoundedWalk(
                edges, traversal.direction(), traversal.minHops(), traversal.maxHops(), budget)
            : null;
    this.mapper =
        edgeSlot == NONE
            ? new RowMapper(slotCount, carried)
            : new RowMapper(slotCount, carried, edgeSlot);
  }

  @Override
  @Nullable Chunk pull() {
    if (current == null) {
      current = input.next();
      if (current == null) {
        return null;
      }
      load(current);
      keepConnected(current);
      row = 0;
      given = NONE;
    }
    if (edgeSlot != NONE) {
      return multiply(current);
    }
    Chunk chunk = current;
    current = null;
    return chunk;
  }

  private void load(Chunk chunk) {
    int[] starts = chunk.slot(fromSlot);
    if (walk != null) {
      walk.prepare(starts, chunk.rows());
      return;
    }
    if (traversal.direction() != Direction.IN) {
      out = edges.neighbours(true, starts, chunk.rows());
    }
    if (traversal.direction() != Direction.OUT) {
      in = edges.neighbours(false, starts, chunk.rows());
    }
  }

  private void keepConnected(Chunk chunk) {
    int[] from = chunk.slot(fromSlot);
    int[] to = chunk.slot(toSlot);
    int rows = chunk.rows();
    int[] kept = new int[rows];
    int count = 0;
    if (walk != null) {
      for (int i = 0; i < rows; i++) {
        budget().checkTime();
        if (walk.from(from[i]).indexOf(to[i]) >= 0) {
          kept[count++] = i;
        }
      }
    } else if (fromEitherEnd && ConnectedRows.runs(to, rows) < ConnectedRows.runs(from, rows)) {
      Neighbours back = out == null ? null : edges.neighbours(false, to, rows);
      Neighbours forth = in == null ? null : edges.neighbours(true, to, rows);
      count = connected.find(to, from, rows, back, forth, kept);
    } else {
      count = connected.find(from, to, rows, out, in, kept);
    }
    chunk.keep(kept, count);
  }

  private Chunk multiply(Chunk chunk) {
    int[] from = chunk.slot(fromSlot);
    int[] to = chunk.slot(toSlot);
    mapper.begin();
    int[] edgeColumn = mapper.column(edgeSlot);
    int count = 0;
    while (row < chunk.rows() && count < mapper.capacity()) {
      if (given == NONE) {
        connecting.clear();
        collect(out, from[row], to[row]);
        if (in != null && !(out != null && from[row] == to[row])) {
          collect(in, from[row], to[row]);
        }
        given = 0;
      }
      while (given < connecting.size() && count < mapper.capacity()) {
        mapper.from()[count] = row;
        edgeColumn[count++] = connecting.getInt(given++);
      }
      if (given == connecting.size()) {
        given = NONE;
        row++;
      }
    }
    Chunk result = mapper.finish(chunk, count);
    if (row >= chunk.rows()) {
      current = null;
    }
    return result;
  }

  private void collect(@Nullable Neighbours lists, int from, int to) {
    if (lists != null) {
      for (int at = lists.lowerBound(from, to);
          at < lists.end(from) && lists.targets()[at] == to;
          at++) {
        connecting.add(lists.edges()[at]);
      }
    }
  }

  @Override
  public void close() {
    input.close();
  }
}
