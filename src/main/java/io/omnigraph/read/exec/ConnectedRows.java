package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.table.Neighbours;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows whose two nodes are connected. Rows that have one node in common follow each other
 * as a rule: then that node's neighbours are marked in a bitmap once, and each row is one look at
 * it.
 */
final class ConnectedRows {

  /** So many neighbours are marked for each row that looks at them. */
  private static final int WORTH = 4;

  private final QueryBudget budget;
  private long[] marks = {};

  ConnectedRows(QueryBudget budget) {
    this.budget = budget;
  }

  /** How many stretches of equal nodes there are. */
  static int runs(int[] nodes, int rows) {
    int runs = 0;
    for (int i = 1; i < rows; i++) {
      runs += nodes[i] == nodes[i - 1] ? 0 : 1;
    }
    return runs;
  }

  /**
   * Writes the rows that are connected, ascending.
   *
   * @param nodes one node of each row, whose lists are given
   * @param others the other one
   * @param first lists in which the other node may stand; null for none
   * @param second likewise
   * @return how many
   */
  int find(
      int[] nodes,
      int[] others,
      int rows,
      @Nullable Neighbours first,
      @Nullable Neighbours second,
      int[] into) {
    int count = 0;
    int begin = 0;
    while (begin < rows) {
      int node = nodes[begin];
      int end = begin + 1;
      if (end == rows || nodes[end] != node) {
        into[count] = begin;
        count +=
            contains(first, node, others[begin]) || contains(second, node, others[begin]) ? 1 : 0;
        begin = end;
        continue;
      }
      while (end < rows && nodes[end] == node) {
        end++;
      }
      int degree = degree(first, node) + degree(second, node);
      if (degree > WORTH * (end - begin)) {
        for (int i = begin; i < end; i++) {
          if (contains(first, node, others[i]) || contains(second, node, others[i])) {
            into[count++] = i;
          }
        }
      } else if (degree > 0) {
        count = look(node, others, begin, end, first, second, into, count);
      }
      begin = end;
    }
    return count;
  }

  private int look(
      int node,
      int[] others,
      int begin,
      int end,
      @Nullable Neighbours first,
      @Nullable Neighbours second,
      int[] into,
      int found) {
    mark(first, node, true);
    mark(second, node, true);
    long[] words = marks;
    int limit = words.length << 6;
    int count = found;
    for (int i = begin; i < end; i++) {
      int other = others[i];
      into[count] = i;
      count += other < limit ? (int) (words[other >>> 6] >>> other) & 1 : 0;
    }
    mark(first, node, false);
    mark(second, node, false);
    return count;
  }

  private void mark(@Nullable Neighbours lists, int node, boolean set) {
    if (lists == null) {
      return;
    }
    int end = lists.end(node);
    int begin = lists.begin(node);
    int[] targets = lists.targets();
    if (begin < end) {
      room(targets[end - 1]);
    }
    long[] words = marks;
    for (int i = begin; i < end; i++) {
      int word = targets[i] >>> 6;
      words[word] = set ? words[word] | 1L << targets[i] : 0;
    }
  }

  /** Lists ascend, so that the last neighbour needs the most room. */
  private void room(int node) {
    int word = node >>> 6;
    if (word >= marks.length) {
      int length = Math.max(word + 1, marks.length * 2);
      budget.reserve(8L * (length - marks.length));
      marks = Arrays.copyOf(marks, length);
    }
  }

  private static int degree(@Nullable Neighbours lists, int node) {
    return lists == null ? 0 : lists.degree(node);
  }

  private static boolean contains(@Nullable Neighbours lists, int from, int to) {
    if (lists == null) {
      return false;
    }
    int at = lists.lowerBound(from, to);
    return at < lists.end(from) && lists.targets()[at] == to;
  }
}
