package io.omnigraph.publish;

import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Map;

/**
 * Gives a graph branch its own lineage of a table at the first write. If the table branch is there
 * already, only the manifest decides what that means: a branch it places is somebody's data, one it
 * does not place is the residue of an interrupted write or of a deleted branch.
 */
final class LazyFork {

  /**
   * @param reclaimed true if residue was removed, and with it every file in the branch's folder
   */
  record Forked(SnapshotHandle handle, boolean reclaimed) {}

  private LazyFork() {}

  static Forked fork(
      LaneContext context, SnapshotHandle source, TableEntry entry, BranchName branch) {
    try {
      return new Forked(create(context, source, branch), false);
    } catch (ConflictException e) {
      if (!e.code().equals("table_branch_exists")) {
        throw e;
      }
      requireOrphan(context, entry, branch, e);
    }
    reclaim(context, entry, branch);
    try {
      return new Forked(create(context, source, branch), true);
    } catch (ConflictException e) {
      throw e.code().equals("table_branch_exists") ? stale(entry, entry.version(), e) : e;
    }
  }

  private static SnapshotHandle create(
      LaneContext context, SnapshotHandle source, BranchName branch) {
    return context
        .faults()
        .around(FaultPoint.FORK_TABLE, () -> context.storage().fork(source, branch));
  }

  private static void requireOrphan(
      LaneContext context, TableEntry entry, BranchName branch, ConflictException collision) {
    try (ManifestState fresh = context.manifests().openHead(branch)) {
      TableEntry placed = fresh.tables().get(entry.key());
      if (placed != null && placed.ownedBy(branch)) {
        throw stale(entry, placed.version(), collision);
      }
    } catch (ManifestConflictException e) {
      throw e;
    } catch (GraphException e) {
      throw new ConflictException(
          "table_branch_unverified",
          "table '"
              + entry.key()
              + "' already has a branch '"
              + branch
              + "', and its owner could not be verified; refresh and retry",
          Map.of("table_key", entry.key().toString(), "branch", branch.value()),
          e);
    }
  }

  private static void reclaim(LaneContext context, TableEntry entry, BranchName branch) {
    try {
      context.storage().deleteBranch(entry.path(), branch);
    } catch (GraphException e) {
      throw new ConflictException(
          "table_branch_blocked",
          "table '"
              + entry.key()
              + "' holds an abandoned branch '"
              + branch
              + "' that cannot be removed now ("
              + e.getMessage()
              + "); run `omnigraph cleanup`, then retry",
          Map.of("table_key", entry.key().toString(), "branch", branch.value()),
          e);
    }
  }

  private static ManifestConflictException stale(
      TableEntry entry, long actual, ConflictException collision) {
    TableKey key = entry.key();
    ManifestConflictException conflict =
        new ManifestConflictException(key, entry.version(), actual);
    conflict.addSuppressed(collision);
    return conflict;
  }
}
