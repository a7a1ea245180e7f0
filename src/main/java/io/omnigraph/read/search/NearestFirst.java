package io.omnigraph.read.search;

import io.omnigraph.read.access.NodeAccess;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;

/** Brings the nearest few to the front, equal distances by id. */
final class NearestFirst {

  private NearestFirst() {}

  /**
   * Reorders {@code order[0..count)} so that its first {@code kept} entries are the nearest, in
   * order.
   *
   * @param order indices into the other two arrays
   */
  static void select(
      int[] order, int count, int kept, double[] distances, int[] candidates, NodeAccess nodes) {
    IntComparator nearer =
        (a, b) -> {
          int byDistance = Double.compare(distances[a], distances[b]);
          return byDistance != 0 ? byDistance : nodes.compareIds(candidates[a], candidates[b]);
        };
    int size = Math.max(1024, 4 * kept);
    if (count <= size) {
      IntArrays.mergeSort(order, 0, count, nearer);
      return;
    }
    int front = 0;
    double worst = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if (distances[order[i]] <= worst) {
        order[front++] = order[i];
        if (front == size) {
          IntArrays.mergeSort(order, 0, front, nearer);
          front = kept;
          worst = kept == 0 ? Double.NEGATIVE_INFINITY : distances[order[kept - 1]];
        }
      }
    }
    IntArrays.mergeSort(order, 0, front, nearer);
  }
}
