package io.omnigraph.read.access;

import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.Neighbours;
import org.jspecify.annotations.Nullable;

/** The edges of one type as one query sees them. Used by one thread at a time. */
public interface EdgeAccess {

  String edgeType();

  AccessPath path();

  /** Why this path was taken. */
  String reason();

  /**
   * The adjacency lists, complete for the given nodes (and for those given before).
   *
   * @param outgoing lists by source; else by destination
   */
  Neighbours neighbours(boolean outgoing, int[] nodes, int count);

  /** True if two edges may connect the same pair of nodes in one direction. */
  boolean mayHaveParallelEdges();

  Cells ids(int[] edges, int count);

  /**
   * A property as an array of ordered integers by edge, if it is held so and no edge lacks it; else
   * null.
   *
   * @param convert make the array if the property is held otherwise
   */
  default Column.@Nullable Keys keys(String property, boolean convert) {
    return null;
  }

  /** Values of a property of edges met in the lists. */
  Cells values(String property, int[] edges, int count);
}
