package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.table.Neighbours;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Breadth-first walks from single nodes within hop bounds: every node is visited once, at its
 * shortest distance, and reported if that lies within the bounds; the start counts as visited. An
 * edge from a node to itself reports the node at the hop where the edge is met, once, without
 * walking on from it.
 */
final class BoundedWalk {

  private final EdgeAccess edges;
  private final Direction direction;
  private final int minHops;
  private final int maxHops;
  private final QueryBudget budget;
  private final NodeMarks seen;
  private final NodeMarks reported;
  private final IntArrayList frontier = new IntArrayList();
  private final IntArrayList next = new IntArrayList();
  private final IntArrayList found = new IntArrayList();
  private @Nullable Neighbours out;
  private @Nullable Neighbours in;

  BoundedWalk(EdgeAccess edges, Direction direction, int minHops, int maxHops, QueryBudget budget) {
    this.budget = budget;
    this.seen = new NodeMarks(budget);
    this.reported = new NodeMarks(budget);
    this.edges = edges;
    this.direction = direction;
    this.minHops = minHops;
    this.maxHops = maxHops;
  }

  /** Loads the lists that walks from these nodes can touch, level by level for all together. */
  void prepare(int[] starts, int count) {
    if (edges.path() == AccessPath.RESIDENT) {
      load(starts, count);
      return;
    }
    Bits met = new Bits(1024);
    IntArrayList level = new IntArrayList();
    for (int i = 0; i < count; i++) {
      if (met.add(starts[i])) {
        level.add(starts[i]);
      }
    }
    for (int hop = 1; hop <= maxHops && !level.isEmpty(); hop++) {
      load(level.elements(), level.size());
      IntArrayList reached = new IntArrayList();
      for (int i = 0; i < level.size(); i++) {
        collect(out, level.getInt(i), met, reached);
        collect(in, level.getInt(i), met, reached);
      }
      level = reached;
    }
  }

  private static void collect(
      @Nullable Neighbours lists, int node, Bits met, IntArrayList reached) {
    if (lists != null) {
      for (int at = lists.begin(node); at < lists.end(node); at++) {
        if (met.add(lists.targets()[at])) {
          reached.add(lists.targets()[at]);
        }
      }
    }
  }

  private void load(int[] nodes, int count) {
    if (direction != Direction.IN) {
      out = edges.neighbours(true, nodes, count);
    }
    if (direction != Direction.OUT) {
      in = edges.neighbours(false, nodes, count);
    }
  }

  /** The nodes reported for a prepared start; valid until the next call. */
  IntArrayList from(int start) {
    seen.clear();
    reported.clear();
    found.clear();
    frontier.clear();
    frontier.add(start);
    seen.add(start);
    for (int hop = 1; hop <= maxHops && !frontier.isEmpty(); hop++) {
      budget.checkTime();
      next.clear();
      for (int i = 0; i < frontier.size(); i++) {
        step(out, frontier.getInt(i), hop);
        step(in, frontier.getInt(i), hop);
      }
      frontier.clear();
      frontier.addElements(0, next.elements(), 0, next.size());
    }
    return found;
  }

  private void step(@Nullable Neighbours lists, int node, int hop) {
    if (lists == null) {
      return;
    }
    for (int at = lists.begin(node); at < lists.end(node); at++) {
      int target = lists.targets()[at];
      if (target == node) {
        report(target, hop);
      } else if (seen.add(target)) {
        next.add(target);
        report(target, hop);
      }
    }
  }

  private void report(int node, int hop) {
    if (hop >= minHops && reported.add(node)) {
      found.add(node);
    }
  }
}
