package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Bits;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The edges of one direction as lists per node: neighbours {@code targets[begin(n)] ..
 * targets[end(n) - 1]}, ascending by neighbour, with the edge's row beside each. Parallel edges
 * stand next to each other. Compressed sparse rows, except that the list of a node touched by a
 * later commit stands at the end. Immutable to its holder; the arrays may be shared with other
 * versions.
 */
public final class Adjacency implements DerivedCache.Sized {

  /** Replaced entries that are not worth building anew for. */
  private static final int FREE_WASTE = 4_096;

  private final int[] begins;
  private final int[] ends;
  private final SharedInts targets;
  private final SharedInts edges;
  private final boolean parallel;
  private final Neighbours neighbours;

  private Adjacency(
      int[] begins, int[] ends, SharedInts targets, SharedInts edges, boolean parallel) {
    this.begins = begins;
    this.ends = ends;
    this.targets = targets;
    this.edges = edges;
    this.parallel = parallel;
    this.neighbours = new Neighbours(begins, ends, targets.array(), edges.array());
  }

  /**
   * Builds lists by counting sort.
   *
   * @param nodes the node each edge row hangs on
   * @param others the neighbour of each edge row
   * @param live the rows to take; null for all
   */
  public static Adjacency build(
      int[] nodes, int[] others, int rows, @Nullable Bits live, int nodeCount, int otherCount) {
    int[] byOther = sortedBy(others, rows, live, otherCount);
    int total = byOther.length;
    int[] begins = new int[nodeCount];
    for (int row : byOther) {
      begins[nodes[row]]++;
    }
    int sum = 0;
    for (int n = 0; n < nodeCount; n++) {
      int degree = begins[n];
      begins[n] = sum;
      sum += degree;
    }
    int[] ends = begins.clone();
    int[] targets = new int[total + 1024];
    int[] edges = new int[total + 1024];
    for (int row : byOther) {
      int at = ends[nodes[row]]++;
      targets[at] = others[row];
      edges[at] = row;
    }
    boolean parallel = false;
    for (int n = 0; n < nodeCount && !parallel; n++) {
      for (int i = begins[n] + 1; i < ends[n]; i++) {
        if (targets[i] == targets[i - 1]) {
          parallel = true;
          break;
        }
      }
    }
    return new Adjacency(
        begins, ends, SharedInts.of(targets, total), SharedInts.of(edges, total), parallel);
  }

  private static int[] sortedBy(int[] keys, int rows, @Nullable Bits live, int keyCount) {
    int[] next = new int[keyCount + 1];
    int total = 0;
    for (int row = 0; row < rows; row++) {
      if (live == null || live.get(row)) {
        next[keys[row] + 1]++;
        total++;
      }
    }
    for (int k = 0; k < keyCount; k++) {
      next[k + 1] += next[k];
    }
    int[] order = new int[total];
    for (int row = 0; row < rows; row++) {
      if (live == null || live.get(row)) {
        order[next[keys[row]]++] = row;
      }
    }
    return order;
  }

  /**
   * The lists after some edge rows went and others came.
   *
   * @param touched nodes whose list changed, distinct
   * @param rowsOf the new list of a touched node as edge rows, unordered
   * @param other the neighbour of an edge row
   */
  Adjacency advance(int[] touched, RowsOf rowsOf, NeighbourOf other, int nodeCount) {
    int length = Math.max(nodeCount, begins.length);
    int[] newBegins = Arrays.copyOf(begins, length);
    int[] newEnds = Arrays.copyOf(ends, length);
    SharedInts newTargets = targets;
    SharedInts newEdges = edges;
    boolean nowParallel = parallel;
    for (int node : touched) {
      int[] rows = rowsOf.rows(node);
      long[] order = new long[rows.length];
      for (int i = 0; i < rows.length; i++) {
        order[i] = ((long) other.neighbour(rows[i]) << 32) | rows[i];
      }
      Arrays.sort(order);
      int[] listTargets = new int[rows.length];
      int[] listEdges = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        listTargets[i] = (int) (order[i] >>> 32);
        listEdges[i] = (int) order[i];
        nowParallel |= i > 0 && listTargets[i] == listTargets[i - 1];
      }
      newBegins[node] = newTargets.size();
      newTargets = newTargets.append(listTargets, rows.length);
      newEdges = newEdges.append(listEdges, rows.length);
      newEnds[node] = newTargets.size();
    }
    return new Adjacency(newBegins, newEnds, newTargets, newEdges, nowParallel);
  }

  /** The edge rows of a node's new list. */
  interface RowsOf {
    int[] rows(int node);
  }

  /** The neighbour at the far end of an edge row. */
  interface NeighbourOf {
    int neighbour(int row);
  }

  private int begin(int node) {
    return node < begins.length ? begins[node] : 0;
  }

  private int end(int node) {
    return node < ends.length ? ends[node] : 0;
  }

  /** The edge rows of a node's list. */
  int[] edgeRows(int node) {
    return Arrays.copyOfRange(edges.array(), begin(node), end(node));
  }

  /** The lists for reading. */
  public Neighbours neighbours() {
    return neighbours;
  }

  /** True if some node may reach a neighbour by two edges of this type. */
  public boolean hasParallelEdges() {
    return parallel;
  }

  /** Whether most of the target array is lists that were replaced. */
  boolean isWasteful(int liveEdges) {
    return targets.size() > 2L * liveEdges + FREE_WASTE;
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(begins, 4L * begins.length);
    visitor.part(ends, 4L * ends.length);
    visitor.part(targets.array(), 4L * targets.array().length);
    visitor.part(edges.array(), 4L * edges.array().length);
  }
}
