package io.omnigraph.storage;

import java.time.Instant;

/**
 * Physical upkeep. Every call commits on its own and returns the handle of the newest version (the
 * caller closes it). Callers hold the lane.
 */
public interface TableMaintenance {

  /** Builds the index if it is missing; returns a handle on the version that has it. */
  SnapshotHandle createIndex(SnapshotHandle head, IndexSpec spec);

  /** Folds fragments that indices do not cover yet into them. */
  SnapshotHandle optimizeIndices(SnapshotHandle head);

  /** Merges small fragments; a no-op returns a handle on the same version. */
  SnapshotHandle compact(SnapshotHandle head);

  /**
   * Removes versions that are older than both bounds; never the newest, never one a branch or tag
   * refers to.
   *
   * @return bytes and versions removed
   */
  Removed cleanup(SnapshotHandle head, long keepFromVersion, Instant olderThan);

  /** How many versions of the lineage are older than one. */
  long versionsBefore(SnapshotHandle head, long version);

  record Removed(long bytes, long versions) {}

  /**
   * @param column one column
   * @param kind what to build
   */
  record IndexSpec(String column, Kind kind) {
    public enum Kind {
      BTREE,
      FULL_TEXT,
      VECTOR
    }
  }
}
