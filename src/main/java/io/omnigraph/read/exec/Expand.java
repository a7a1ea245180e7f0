package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import io.omnigraph.read.table.Neighbours;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One hop from a bound variable to a new one: each neighbour once per input row (parallel edges and
 * both directions collapse), or, with an edge slot, each edge once.
 */
final class Expand extends Operator {

  private static final int NONE = -1;

  private final Operator input;
  private final EdgeAccess edges;
  private final NodeAccess targets;
  private final Direction direction;
  private final int fromSlot;
  private final int toSlot;
  private final int edgeSlot;
  private final boolean everyEdge;
  private final List<RowTest> tests;
  private final RowMapper mapper;
  private int[] toColumn = {};
  private int @Nullable [] edgeColumn;
  private int capacity;

  private @Nullable Chunk current;
  private @Nullable Neighbours first;
  private @Nullable Neighbours second;
  private int row;
  private int at;
  private int secondAt;
  private boolean started;

  /**
   * @param everyEdge one row per edge; else one per neighbour
   * @param edgeSlot where edges are bound, if they are needed; -1 for nowhere
   */
  Expand(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      EdgeAccess edges,
      NodeAccess targets,
      Direction direction,
      int fromSlot,
      int toSlot,
      boolean everyEdge,
      int edgeSlot,
      List<RowTest> tests,
      int slotCount,
      int[] carried) {
    super(stats, budget);
    this.input = input;
    this.edges = edges;
    this.targets = targets;
    this.direction = direction;
    this.fromSlot = fromSlot;
    this.toSlot = toSlot;
    this.everyEdge = everyEdge;
    this.edgeSlot = edgeSlot;
    this.tests = tests;
    this.mapper =
        edgeSlot == NONE
            ? new RowMapper(slotCount, carried, toSlot)
            : new RowMapper(slotCount, carried, toSlot, edgeSlot);
  }

  @Override
  @Nullable Chunk pull() {
    if (current == null) {
      current = input.next();
      if (current == null) {
        return null;
      }
      int[] sources = current.slot(fromSlot);
      first = edges.neighbours(direction != Direction.IN, sources, current.rows());
      second =
          direction == Direction.BOTH ? edges.neighbours(false, sources, current.rows()) : null;
      row = 0;
      started = false;
    }
    Chunk source = current;
    mapper.begin();
    capacity = mapper.capacity();
    toColumn = mapper.column(toSlot);
    edgeColumn = edgeSlot == NONE ? null : mapper.column(edgeSlot);
    int count = fill(source);
    Chunk out = mapper.finish(source, count);
    if (row >= source.rows()) {
      current = null;
    }
    if (!targets.allLive()) {
      keepLive(out);
    }
    ConditionCompiler.apply(tests, out);
    return out;
  }

  private int fill(Chunk source) {
    if (everyEdge) {
      return direction == Direction.BOTH ? fillBothEdges(source) : fillEdges(source);
    }
    return direction == Direction.BOTH ? fillBoth(source) : fillOne(source);
  }

  private int fillOne(Chunk source) {
    Neighbours lists = java.util.Objects.requireNonNull(first);
    int[] sources = source.slot(fromSlot);
    int[] reached = lists.targets();
    int[] from = mapper.from();
    int rows = source.rows();
    int count = 0;
    while (row < rows) {
      int node = sources[row];
      if (!started) {
        at = lists.begin(node);
        started = true;
      }
      int begin = lists.begin(node);
      int end = lists.end(node);
      for (; at < end; at++) {
        if (at > begin && reached[at] == reached[at - 1]) {
          continue;
        }
        if (count == capacity) {
          return count;
        }
        from[count] = row;
        toColumn[count++] = reached[at];
      }
      row++;
      started = false;
    }
    return count;
  }

  /** Lists are short as a rule: a plain loop beats a call that copies a block. */
  private int fillEdges(Chunk source) {
    Neighbours lists = java.util.Objects.requireNonNull(first);
    int[] edgeOut = edgeColumn;
    int[] reached = lists.targets();
    int[] to = toColumn;
    int[] sources = source.slot(fromSlot);
    int[] from = mapper.from();
    int rows = source.rows();
    int count = 0;
    while (row < rows) {
      int node = sources[row];
      int begin = started ? at : lists.begin(node);
      int end = lists.end(node);
      int stop = Math.min(end, begin + capacity - count);
      if (edgeOut != null) {
        System.arraycopy(lists.edges(), begin, edgeOut, count, Math.max(0, stop - begin));
      }
      for (int i = begin; i < stop; i++) {
        to[count] = reached[i];
        from[count++] = row;
      }
      if (stop < end) {
        at = stop;
        started = true;
        return count;
      }
      row++;
      started = false;
    }
    return count;
  }

  /** Merges the two ascending lists, each neighbour once. */
  private int fillBoth(Chunk source) {
    Neighbours out = java.util.Objects.requireNonNull(first);
    Neighbours in = java.util.Objects.requireNonNull(second);
    int[] from = mapper.from();
    int count = 0;
    while (row < source.rows()) {
      int node = source.slot(fromSlot)[row];
      if (!started) {
        at = out.begin(node);
        secondAt = in.begin(node);
        started = true;
      }
      int end = out.end(node);
      int secondEnd = in.end(node);
      while (at < end || secondAt < secondEnd) {
        if (count == capacity) {
          return count;
        }
        int next =
            at == end
                ? in.targets()[secondAt]
                : secondAt == secondEnd
                    ? out.targets()[at]
                    : Math.min(out.targets()[at], in.targets()[secondAt]);
        while (at < end && out.targets()[at] == next) {
          at++;
        }
        while (secondAt < secondEnd && in.targets()[secondAt] == next) {
          secondAt++;
        }
        from[count] = row;
        toColumn[count++] = next;
      }
      row++;
      started = false;
    }
    return count;
  }

  /** Outgoing edges, then incoming ones except self-loops, which went out already. */
  private int fillBothEdges(Chunk source) {
    Neighbours out = java.util.Objects.requireNonNull(first);
    Neighbours in = java.util.Objects.requireNonNull(second);
    int[] edgeOut = edgeColumn;
    int[] from = mapper.from();
    int count = 0;
    while (row < source.rows()) {
      int node = source.slot(fromSlot)[row];
      if (!started) {
        at = out.begin(node);
        secondAt = in.begin(node);
        started = true;
      }
      int end = out.end(node);
      int secondEnd = in.end(node);
      while (at < end || secondAt < secondEnd) {
        boolean outgoing = at < end;
        Neighbours lists = outgoing ? out : in;
        int position = outgoing ? at : secondAt;
        if (!outgoing && lists.targets()[position] == node) {
          secondAt++;
          continue;
        }
        if (count == capacity) {
          return count;
        }
        from[count] = row;
        toColumn[count] = lists.targets()[position];
        if (edgeOut != null) {
          edgeOut[count] = lists.edges()[position];
        }
        count++;
        if (outgoing) {
          at++;
        } else {
          secondAt++;
        }
      }
      row++;
      started = false;
    }
    return count;
  }

  private void keepLive(Chunk out) {
    targets.resolve(toColumn, out.rows());
    int[] live = new int[out.rows()];
    int kept = 0;
    for (int i = 0; i < live.length; i++) {
      if (targets.isLive(toColumn[i])) {
        live[kept++] = i;
      }
    }
    out.keep(live, kept);
  }

  @Override
  public void close() {
    input.close();
  }
}
