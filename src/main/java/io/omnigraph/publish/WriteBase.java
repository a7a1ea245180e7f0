package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The state an operation is prepared on: a snapshot, with its tables opened on demand at exactly
 * its versions.
 */
public interface WriteBase {

  Snapshot snapshot();

  /** The table at the snapshot's version. Owned by the base: do not close. */
  SnapshotHandle table(TableKey key);

  /**
   * Where to look for a few rows: the fragments of a table in which rows of these ids can stand.
   *
   * @return empty if the table is better asked as a whole
   */
  default Optional<List<Integer>> fragmentsOf(TableKey key, Collection<String> ids) {
    return Optional.empty();
  }

  /** For batches of this operation. */
  BufferAllocator allocator();
}
