package io.omnigraph;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.Snapshots;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.NotFoundException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What branches showed earlier, as far as no cleanup has reclaimed it. Thread-safe. */
final class PastSnapshots {

  private final ManifestStore manifests;
  private final Snapshots snapshots;
  private final Function<BranchName, Snapshot> heads;

  /**
   * @param heads what a branch shows now
   */
  PastSnapshots(
      ManifestStore manifests, Snapshots snapshots, Function<BranchName, Snapshot> heads) {
    this.manifests = manifests;
    this.snapshots = snapshots;
    this.heads = heads;
  }

  /**
   * A branch's manifest as of one version.
   *
   * @throws NotFoundException if there is no such branch, or it never had that version
   * @throws GoneException if the version was reclaimed
   */
  Snapshot at(BranchName branch, long version) {
    long newest = heads.apply(branch).manifestVersion();
    if (version < 1 || version > newest) {
      throw new NotFoundException(
          "version_not_found",
          "branch '" + branch + "' has no version " + version + "; its newest is " + newest,
          Map.of("branch", branch.value(), "manifest_version", version, "newest", newest));
    }
    try (ManifestState state = manifests.openAt(branch, version)) {
      return snapshots.of(state);
    } catch (NotFoundException | GoneException e) {
      throw new GoneException(
          "historical_version_reclaimed",
          "version " + version + " of branch '" + branch + "' was reclaimed by a cleanup",
          Map.of("branch", branch.value(), "manifest_version", version),
          e);
    }
  }

  /**
   * The graph as one commit left it.
   *
   * @throws GoneException if its version was reclaimed, or its branch was deleted
   */
  Snapshot of(GraphCommit commit) {
    try {
      Snapshot found = at(commit.branch(), commit.manifestVersion());
      if (found.head().equals(commit.id())) {
        return found;
      }
      // Another branch has the name now: what lies there is somebody else's.
      throw reclaimed(commit, null);
    } catch (NotFoundException e) {
      throw reclaimed(commit, e);
    }
  }

  private static GoneException reclaimed(GraphCommit commit, @Nullable Throwable cause) {
    return new GoneException(
        "historical_version_reclaimed",
        "commit '"
            + commit.id()
            + "' cannot be read any more: its branch '"
            + commit.branch()
            + "' was deleted",
        Map.of(
            "graph_commit_id",
            commit.id().value(),
            "branch",
            commit.branch().value(),
            "manifest_version",
            commit.manifestVersion()),
        cause);
  }
}
