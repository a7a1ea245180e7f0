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
  private final int[] wanted;
  private final @Nullable HopRange range;
  private final List<RowTest> rangeTests;
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
  private boolean parallel;
  private boolean ranged;

  /** Where the list of each row of the current chunk stands. */
  private int[] begins = {};

  private int[] ends = {};

  /** Keeps the look at the lists from being optimised away. */
  @SuppressWarnings("unused")
  private int touched;

  /**
   * @param everyEdge one row per edge; else one per neighbour
   * @param edgeSlot where edges are bound, if they are needed; -1 for nowhere
   * @param wanted slots that are looked at afterwards
   * @param range comparisons that are made while lists are walked; null for none
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
      int[] carried,
      int[] wanted,
      @Nullable HopRange range) {
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
    this.wanted = wanted;
    this.range = range;
    this.rangeTests = range == null ? List.of() : range.tests();
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
      if (second == null) {
        parallel = edges.mayHaveParallelEdges();
        ranged = range != null && (everyEdge || !parallel) && range.prepare(current);
        findLists(first, sources, current.rows());
      }
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
      int[] live = new int[out.rows()];
      out.keep(live, targets.selectLive(toColumn, out.rows(), live));
    }
    if (!ranged && !rangeTests.isEmpty()) {
      if (tests.isEmpty()) {
        ConditionCompiler.apply(rangeTests, out, wanted);
      } else {
        ConditionCompiler.apply(rangeTests, out);
      }
    }
    ConditionCompiler.apply(tests, out, wanted);
    return out;
  }

  /**
   * Finds the list of every row before any is walked, and touches it: the processor then waits for
   * many lists at once instead of for one after the other.
   */
  private void findLists(Neighbours lists, int[] sources, int rows) {
    if (begins.length < rows) {
      begins = new int[rows];
      ends = new int[rows];
    }
    HopRange tested = ranged ? range : null;
    boolean byEdge = tested != null && tested.ofEdge();
    int[] keys = byEdge ? lists.edges() : lists.targets();
    int[] values = tested != null && tested.ofEdge() ? tested.values() : keys;
    int any = 0;
    for (int i = 0; i < rows; i++) {
      int begin = lists.begin(sources[i]);
      int end = lists.end(sources[i]);
      begins[i] = begin;
      ends[i] = end;
      if (begin < end) {
        any ^= byEdge ? values[keys[begin]] : keys[begin];
      }
    }
    touched = any;
  }

  private int fill(Chunk source) {
    if (ranged && range != null) {
      return wanted.length == 0 && tests.isEmpty() && targets.allLive()
          ? countRanged(source, range)
          : fillRanged(source, range);
    }
    if (direction == Direction.BOTH) {
      return everyEdge ? fillBothEdges(source) : fillBoth(source);
    }
    return everyEdge || !parallel ? fillEdges(source) : fillOne(source);
  }

  private int fillOne(Chunk source) {
    Neighbours lists = java.util.Objects.requireNonNull(first);
    int[] reached = lists.targets();
    int[] from = mapper.from();
    int rows = source.rows();
    int count = 0;
    while (row < rows) {
      int begin = begins[row];
      int end = ends[row];
      if (!started) {
        at = begin;
        started = true;
      }
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
    int[] from = mapper.from();
    int rows = source.rows();
    int most = capacity;
    int r = row;
    int count = 0;
    while (r < rows) {
      int begin = started ? at : begins[r];
      int end = ends[r];
      int stop = Math.min(end, begin + most - count);
      if (edgeOut != null) {
        System.arraycopy(lists.edges(), begin, edgeOut, count, Math.max(0, stop - begin));
      }
      for (int i = begin; i < stop; i++) {
        to[count] = reached[i];
        from[count++] = r;
      }
      if (stop < end) {
        at = stop;
        started = true;
        row = r;
        return count;
      }
      r++;
      started = false;
    }
    row = r;
    return count;
  }

  /** As {@link #fillEdges}, keeping what lies in the interval of its row. */
  private int fillRanged(Chunk source, HopRange interval) {
    Neighbours lists = java.util.Objects.requireNonNull(first);
    int[] reached = lists.targets();
    int[] edgeOut = edgeColumn;
    int[] edgesReached = lists.edges();
    int[] keys = interval.ofEdge() ? edgesReached : reached;
    int[] values = interval.values();
    int[] to = toColumn;
    int[] from = mapper.from();
    int rows = source.rows();
    int most = capacity;
    int r = row;
    int count = 0;
    while (r < rows) {
      int low = interval.lows()[r];
      int high = interval.highs()[r];
      int begin = started ? at : begins[r];
      int end = low <= high ? ends[r] : begin;
      int stop = Math.min(end, begin + most - count);
      int span = high - low + Integer.MIN_VALUE;
      int base = low + Integer.MIN_VALUE;
      if (edgeOut == null) {
        for (int i = begin; i < stop; i++) {
          to[count] = reached[i];
          from[count] = r;
          count += values[keys[i]] - base <= span ? 1 : 0;
        }
      } else {
        for (int i = begin; i < stop; i++) {
          to[count] = reached[i];
          from[count] = r;
          edgeOut[count] = edgesReached[i];
          count += values[keys[i]] - base <= span ? 1 : 0;
        }
      }
      if (stop < end) {
        at = stop;
        started = true;
        row = r;
        return count;
      }
      r++;
      started = false;
    }
    row = r;
    return count;
  }

  /** As {@link #fillRanged} where nothing but the number of rows matters. */
  private int countRanged(Chunk source, HopRange interval) {
    Neighbours lists = java.util.Objects.requireNonNull(first);
    int[] keys = interval.ofEdge() ? lists.edges() : lists.targets();
    int[] values = interval.values();
    int rows = source.rows();
    int most = Chunk.CAPACITY;
    int r = row;
    int count = 0;
    while (r < rows) {
      int low = interval.lows()[r];
      int high = interval.highs()[r];
      int begin = started ? at : begins[r];
      int end = low <= high ? ends[r] : begin;
      int stop = Math.min(end, begin + most - count);
      int span = high - low + Integer.MIN_VALUE;
      int base = low + Integer.MIN_VALUE;
      for (int i = begin; i < stop; i++) {
        count += values[keys[i]] - base <= span ? 1 : 0;
      }
      if (stop < end) {
        at = stop;
        started = true;
        row = r;
        return count;
      }
      r++;
      started = false;
    }
    row = r;
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

  @Override
  public void close() {
    input.close();
  }
}
