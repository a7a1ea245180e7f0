package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Bits;
import java.util.function.IntUnaryOperator;

/**
 * The nodes of one table version: which ordinals of the id space are live, and which ordinal each
 * physical row holds. Immutable.
 */
public final class NodeRows implements DerivedCache.Sized {

  private final IdSpace space;
  private final RowLayout layout;
  private final SharedInts ordinals;
  private final Bits live;
  private final int liveCount;
  private final Bits deadRows;

  NodeRows(
      IdSpace space,
      RowLayout layout,
      SharedInts ordinals,
      Bits live,
      int liveCount,
      Bits deadRows) {
    this.space = space;
    this.layout = layout;
    this.ordinals = ordinals;
    this.live = live;
    this.liveCount = liveCount;
    this.deadRows = deadRows;
  }

  public IdSpace space() {
    return space;
  }

  RowLayout layout() {
    return layout;
  }

  SharedInts ordinals() {
    return ordinals;
  }

  /** Physical rows of the layout that are deleted in this version. */
  Bits deadRows() {
    return deadRows;
  }

  /** The live ordinals; not to be changed. */
  public Bits live() {
    return live;
  }

  public int liveCount() {
    return liveCount;
  }

  /** The ordinal of a live node; -1 if there is none with this id. */
  public int find(String id) {
    int ordinal = space.find(id);
    return ordinal >= 0 && live.get(ordinal) ? ordinal : -1;
  }

  /** The ordinals of the live rows of a fragment by their offset; -1 for others. */
  IntUnaryOperator liveOrdinals(int fragment) {
    IntUnaryOperator rows = layout.rowsOf(fragment);
    int[] numbers = ordinals.array();
    return offset -> {
      int row = rows.applyAsInt(offset);
      return row < 0 || deadRows.get(row) ? -1 : numbers[row];
    };
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(space, space.bytes());
    visitor.part(layout, layout.bytes());
    visitor.part(ordinals.array(), 4L * ordinals.array().length);
    visitor.part(live, live.bytes());
    visitor.part(deadRows, deadRows.bytes());
  }
}
