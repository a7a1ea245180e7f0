package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import it.unimi.dsi.fastutil.ints.IntArrays;
import org.jspecify.annotations.Nullable;

/**
 * The live nodes of one table version by a property and, where that is equal, by id; or by id
 * alone. Nulls are smallest. Lets a page of an ordered result start where the page before ended.
 */
public final class NodeOrder implements DerivedCache.Sized {

  /** How values compare; null is smallest. */
  @FunctionalInterface
  public interface ValueOrder {
    int compare(Cells left, int leftRow, Cells right, int rightRow);
  }

  private final int[] ordinals;

  private NodeOrder(int[] ordinals) {
    this.ordinals = ordinals;
  }

  /**
   * @param column the property; null to order by id alone
   * @param descending whether the property descends; ids always ascend
   */
  static NodeOrder of(
      NodeRows rows, @Nullable Column column, boolean descending, ValueOrder values) {
    Bits live = rows.live();
    int[] ordinals = new int[rows.liveCount()];
    int count = 0;
    for (int node = live.next(0); node >= 0; node = live.next(node + 1)) {
      ordinals[count++] = node;
    }
    IdSpace ids = rows.space();
    if (column == null) {
      IntArrays.mergeSort(ordinals, ids::compare);
      return new NodeOrder(ordinals);
    }
    Cells cells = column.gather(ordinals, count).settled(count);
    int[] places = new int[count];
    java.util.Arrays.setAll(places, i -> i);
    int sign = descending ? -1 : 1;
    IntArrays.mergeSort(
        places,
        (a, b) -> {
          int order = sign * values.compare(cells, a, cells, b);
          return order != 0 ? order : ids.compare(ordinals[a], ordinals[b]);
        });
    for (int i = 0; i < count; i++) {
      places[i] = ordinals[places[i]];
    }
    return new NodeOrder(places);
  }

  /** The ordinals in order; not to be changed. */
  public int[] ordinals() {
    return ordinals;
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(ordinals, 4L * ordinals.length);
  }
}
