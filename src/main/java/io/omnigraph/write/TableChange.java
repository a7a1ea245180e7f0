package io.omnigraph.write;

import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * What an operation wants to do to one table, as the integrity checks need to see it. The sets are
 * read, never changed; the row sources stay the owner's.
 *
 * @param type the type of the rows
 * @param added the final images of rows that are inserted or replaced, at most one per id
 * @param batches the input as it came, batch by batch: two rows of one batch must not share a
 *     unique value, not even if they are the same row twice. Batches of one row may be left out; if
 *     the input is one batch without repeated ids, it is {@code added} itself
 * @param addedIds ids of {@code added}; freshly minted ones, which nothing can refer to, may be
 *     left out
 * @param removedIds ids of committed rows that vanish without a new image
 * @param removedSources edges only: the sources of committed rows that vanish or are replaced; may
 *     be empty if the edge type has no cardinality bounds
 * @param replaceAll true if no committed row survives
 * @param replaced addresses of the committed rows that are replaced or vanish; null if the ids tell
 *     them, which then are in memory
 * @param distinctIds true if no two rows of {@code added} have the same id
 */
record TableChange(
    EntityType type,
    RowSource added,
    List<RowSource> batches,
    IdGroup addedIds,
    IdGroup removedIds,
    IdGroup removedSources,
    boolean replaceAll,
    @Nullable Roaring64Bitmap replaced,
    boolean distinctIds) {

  public TableChange {
    batches = List.copyOf(batches);
  }

  /** The column by which {@link #overrides} tells a committed row; scans have to project it. */
  String tellingColumn() {
    return replaced == null ? TableSchemas.ID : ScanRequest.ROW_ADDRESS;
  }

  /** True if this committed row has no say any more. */
  boolean overrides(VectorSchemaRoot batch, int row) {
    if (replaceAll) {
      return true;
    }
    if (replaced != null) {
      return replaced.contains(Rows.address(batch, row));
    }
    return addedIds.all().contains(Rows.ids(batch), row)
        || removedIds.all().contains(Rows.ids(batch), row);
  }
}
