package io.omnigraph.write;

import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.RowSource;
import java.util.List;

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
 */
public record TableChange(
    EntityType type,
    RowSource added,
    List<RowSource> batches,
    IdPool addedIds,
    IdPool removedIds,
    IdPool removedSources,
    boolean replaceAll) {

  public TableChange {
    batches = List.copyOf(batches);
  }

  /** True if the committed row with the id of this cell has no say any more. */
  boolean overrides(org.apache.arrow.vector.VarCharVector ids, int row) {
    return replaceAll || addedIds.contains(ids, row) || removedIds.contains(ids, row);
  }
}
