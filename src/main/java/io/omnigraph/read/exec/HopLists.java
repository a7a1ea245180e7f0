package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.Neighbours;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a chunk lead to over one type of edges: for each row a stretch of {@link
 * #targets} with the edges beside it. Without every edge, a neighbour stands once in a stretch.
 * Where the lists of the graph are such stretches they are used as they are; else a row's stretch
 * is put together when it is opened, and stands until the next is.
 */
final class HopLists {

  private final EdgeAccess access;
  private final Direction direction;
  private final boolean everyEdge;
  private int[] sources = {};
  private int[] begins = {};
  private int[] ends = {};
  private @Nullable Neighbours first;
  private @Nullable Neighbours second;
  private boolean joined;
  private int[] targets = {};
  private int[] edges = {};
  private int[] ownTargets = {};
  private int[] ownEdges = {};

  /** Keeps the look at the lists from being optimised away. */
  @SuppressWarnings("unused")
  private long touched;

  /**
   * @param everyEdge parallel edges lead to a neighbour once each; else once together
   */
  HopLists(EdgeAccess access, Direction direction, boolean everyEdge) {
    this.access = access;
    this.direction = direction;
    this.everyEdge = everyEdge;
  }

  /**
   * Finds the list of every row before any is walked, and touches it: the processor then waits for
   * many lists at once instead of for one after the other.
   *
   * @param edgeKeys what the edges will be tested for; null if for nothing
   */
  void find(int[] nodes, int rows, Column.@Nullable Keys edgeKeys) {
    sources = nodes;
    Neighbours lists = access.neighbours(direction != Direction.IN, nodes, rows);
    first = lists;
    second = direction == Direction.BOTH ? access.neighbours(false, nodes, rows) : null;
    if (begins.length < rows) {
      begins = new int[rows];
      ends = new int[rows];
    }
    joined = second != null || !everyEdge && access.mayHaveParallelEdges();
    if (joined) {
      return;
    }
    targets = lists.targets();
    edges = lists.edges();
    int[] places = edgeKeys != null ? edges : targets;
    long any = 0;
    for (int i = 0; i < rows; i++) {
      int begin = lists.begin(nodes[i]);
      int end = lists.end(nodes[i]);
      begins[i] = begin;
      ends[i] = end;
      if (begin < end) {
        any ^= edgeKeys == null ? places[begin] : edgeKeys.at(places[begin]);
      }
    }
    touched = any;
  }

  /** Whether stretches are put together: then each has to be opened before it is walked. */
  boolean isJoined() {
    return joined;
  }

  /**
   * Puts the stretch of a row together, or finds it where it stands.
   *
   * @return whether it stands in other arrays than the one before
   */
  boolean open(int row) {
    if (first == null) {
      return false;
    }
    int[] before = targets;
    int node = sources[row];
    begins[row] = 0;
    if (second != null) {
      ends[row] =
          everyEdge ? collectEdges(first, second, node) : collectNeighbours(first, second, node);
    } else if (isOnceEach(first, node)) {
      targets = first.targets();
      edges = first.edges();
      begins[row] = first.begin(node);
      ends[row] = first.end(node);
    } else {
      ends[row] = collectNeighbours(first, null, node);
    }
    return targets != before;
  }

  private static boolean isOnceEach(Neighbours lists, int node) {
    int[] all = lists.targets();
    int end = lists.end(node);
    int before = -1;
    for (int i = lists.begin(node); i < end; i++) {
      if (all[i] == before) {
        return false;
      }
      before = all[i];
    }
    return true;
  }

  /** Where the stretch of each row begins; of a joined one once it is open. */
  int[] begins() {
    return begins;
  }

  int[] ends() {
    return ends;
  }

  int[] targets() {
    return targets;
  }

  int[] edges() {
    return edges;
  }

  /** Outgoing edges, then incoming ones except self-loops, which went out already. */
  private int collectEdges(Neighbours out, Neighbours in, int node) {
    int most = out.degree(node) + in.degree(node);
    room(most);
    int count = out.degree(node);
    System.arraycopy(out.targets(), out.begin(node), targets, 0, count);
    System.arraycopy(out.edges(), out.begin(node), edges, 0, count);
    int[] back = in.targets();
    for (int i = in.begin(node); i < in.end(node); i++) {
      targets[count] = back[i];
      edges[count] = in.edges()[i];
      count += back[i] == node ? 0 : 1;
    }
    return count;
  }

  /** Merges one or two ascending lists, each neighbour once. */
  private int collectNeighbours(Neighbours out, @Nullable Neighbours in, int node) {
    int i = out.begin(node);
    int end = out.end(node);
    int j = in == null ? 0 : in.begin(node);
    int secondEnd = in == null ? 0 : in.end(node);
    int[] here = out.targets();
    int[] there = in == null ? here : in.targets();
    room(end - i + secondEnd - j);
    int[] into = targets;
    int count = 0;
    while (i < end || j < secondEnd) {
      int next;
      if (j == secondEnd || i < end && here[i] <= there[j]) {
        next = here[i++];
      } else {
        next = there[j++];
      }
      if (count == 0 || into[count - 1] != next) {
        into[count++] = next;
      }
    }
    return count;
  }

  private void room(int length) {
    if (ownTargets.length < length) {
      int longer = Math.max(length, ownTargets.length * 2);
      ownTargets = new int[longer];
      ownEdges = new int[longer];
    }
    targets = ownTargets;
    edges = ownEdges;
  }
}
