package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.Arrays;

/**
 * A set of nodes that is emptied again and again: a small one costs what it holds; where many nodes
 * are marked, or the set is emptied often, an array of all nodes is faster.
 */
final class NodeMarks {

  private static final int MOST_FEW = 2_000;
  private static final int MOST_SMALL_SETS = 16;

  private final QueryBudget budget;
  private final IntOpenHashSet few = new IntOpenHashSet();
  private boolean many;
  private int[] marks = {};
  private int epoch;

  NodeMarks(QueryBudget budget) {
    this.budget = budget;
  }

  void clear() {
    few.clear();
    many |= ++epoch > MOST_SMALL_SETS;
  }

  /** True if the node was not in the set. */
  boolean add(int node) {
    if (many) {
      return mark(node);
    }
    boolean added = few.add(node);
    if (few.size() > MOST_FEW) {
      many = true;
      few.forEach(this::mark);
    }
    return added;
  }

  private boolean mark(int node) {
    if (node >= marks.length) {
      int length = Math.max(node + 1, marks.length * 2);
      budget.reserve(4L * (length - marks.length));
      marks = Arrays.copyOf(marks, length);
    }
    if (marks[node] == epoch) {
      return false;
    }
    marks[node] = epoch;
    return true;
  }
}
