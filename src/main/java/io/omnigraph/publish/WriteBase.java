package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The state an operation is prepared on: a snapshot, with its tables opened on demand at exactly
 * its versions.
 */
public interface WriteBase {

  Snapshot snapshot();

  /** The table at the snapshot's version. Owned by the base: do not close. */
  SnapshotHandle table(TableKey key);

  /** For batches of this operation. */
  BufferAllocator allocator();
}
