package io.omnigraph.publish;

import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableMaintenance;

/** Work on the files of one table that changes no row: index builds, folding. */
@FunctionalInterface
public interface TableUpkeep {

  /**
   * Does the work, each step a commit of its own.
   *
   * @param pinned the published version; not to be closed
   * @return an open handle on the newest version, which is that of {@code pinned} if there was
   *     nothing to do
   */
  SnapshotHandle apply(TableMaintenance maintenance, SnapshotHandle pinned);
}
