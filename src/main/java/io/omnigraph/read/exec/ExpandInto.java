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
      int[] carried) {
    super(stats, budget);
    this.input = input;
    this.edges = edges;
    this.traversal = traversal;
    this.fromSlot = fromSlot;
    this.toSlot = toSlot;
    this.edgeSlot = edgeSlot;
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
      row = 0;
      given = NONE;
    }
    return edgeSlot == NONE ? filter(current) : multiply(current);
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

  private Chunk filter(Chunk chunk) {
    int[] from = chunk.slot(fromSlot);
    int[] to = chunk.slot(toSlot);
    int[] connectedRows = new int[chunk.rows()];
    int kept = 0;
    for (int i = 0; i < chunk.rows(); i++) {
      if (walk != null) {
        budget().checkTime();
      }
      boolean connected =
          walk != null
              ? walk.from(from[i]).indexOf(to[i]) >= 0
              : contains(out, from[i], to[i]) || contains(in, from[i], to[i]);
      if (connected) {
        connectedRows[kept++] = i;
      }
    }
    chunk.keep(connectedRows, kept);
    current = null;
    return chunk;
  }

  private static boolean contains(@Nullable Neighbours lists, int from, int to) {
    if (lists == null) {
      return false;
    }
    int at = lists.lowerBound(from, to);
    return at < lists.end(from) && lists.targets()[at] == to;
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
