package io.omnigraph.read.table;

/**
 * Adjacency lists for tight loops: the neighbours of node {@code n} are {@code targets[begin(n)] ..
 * targets[end(n) - 1]}, ascending, parallel edges side by side, the edge's number beside each.
 */
public final class Neighbours {

  private final int[] begins;
  private final int[] ends;
  private final int[] targets;
  private final int[] edges;

  public Neighbours(int[] begins, int[] ends, int[] targets, int[] edges) {
    this.begins = begins;
    this.ends = ends;
    this.targets = targets;
    this.edges = edges;
  }

  public int begin(int node) {
    return node < begins.length ? begins[node] : 0;
  }

  public int end(int node) {
    return node < ends.length ? ends[node] : 0;
  }

  public int degree(int node) {
    return node < begins.length ? ends[node] - begins[node] : 0;
  }

  public int[] targets() {
    return targets;
  }

  public int[] edges() {
    return edges;
  }

  /** The first position in the node's list whose neighbour is at least {@code target}. */
  public int lowerBound(int node, int target) {
    int low = begin(node);
    int high = end(node);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (targets[middle] < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
