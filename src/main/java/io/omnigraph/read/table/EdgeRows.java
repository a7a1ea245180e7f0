package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Bits;
import org.jspecify.annotations.Nullable;

/**
 * The edges of one table version: endpoints by edge row (rows that were deleted keep their number).
 * Immutable.
 */
public final class EdgeRows implements DerivedCache.Sized {

  private final IdSpace fromSpace;
  private final IdSpace toSpace;
  private final RowLayout layout;
  private final SharedInts sources;
  private final SharedInts destinations;
  private final @Nullable Bits live;
  private final int liveCount;
  private final Object numbering;

  EdgeRows(
      IdSpace fromSpace,
      IdSpace toSpace,
      RowLayout layout,
      SharedInts sources,
      SharedInts destinations,
      @Nullable Bits live,
      int liveCount,
      Object numbering) {
    this.fromSpace = fromSpace;
    this.toSpace = toSpace;
    this.layout = layout;
    this.sources = sources;
    this.destinations = destinations;
    this.live = live;
    this.liveCount = liveCount;
    this.numbering = numbering;
  }

  IdSpace fromSpace() {
    return fromSpace;
  }

  IdSpace toSpace() {
    return toSpace;
  }

  RowLayout layout() {
    return layout;
  }

  SharedInts sources() {
    return sources;
  }

  SharedInts destinations() {
    return destinations;
  }

  /**
   * Identifies this numbering of the rows. Each derivation has its own: what way it took decides
   * which rows that are gone again have a number.
   */
  Object numbering() {
    return numbering;
  }

  boolean isLive(int row) {
    return live == null || live.get(row);
  }

  /** The rows that are live; null for all. */
  public @Nullable Bits live() {
    return live;
  }

  public int liveCount() {
    return liveCount;
  }

  /** One more than the highest edge row. */
  public int rowLimit() {
    return sources.size();
  }

  public int source(int row) {
    return sources.array()[row];
  }

  public int destination(int row) {
    return destinations.array()[row];
  }

  Adjacency outgoing() {
    return Adjacency.build(
        sources.array(), destinations.array(), rowLimit(), live, fromSpace.size(), toSpace.size());
  }

  Adjacency incoming() {
    return Adjacency.build(
        destinations.array(), sources.array(), rowLimit(), live, toSpace.size(), fromSpace.size());
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(layout, layout.bytes());
    visitor.part(sources.array(), 4L * sources.array().length);
    visitor.part(destinations.array(), 4L * destinations.array().length);
    if (live != null) {
      visitor.part(live, live.bytes());
    }
  }
}
