package io.omnigraph.commit;

import io.omnigraph.manifest.LineageRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.List;
import java.util.Optional;

/**
 * The lineage rows of a branch, read as an ordered log without gaps: every commit of the branch is
 * there exactly once, in the order of the manifest versions they produced. This is the authority
 * behind every projection and event. Thread-safe; holds nothing.
 */
public final class CommitLog {

  private final ManifestStore manifests;

  public CommitLog(ManifestStore manifests) {
    this.manifests = manifests;
  }

  /**
   * Commits that produced a manifest version above {@code after}, oldest first, as of the branch's
   * newest version; inherited ones included, carried ones not.
   *
   * @param after 0 for the whole log
   * @throws io.omnigraph.model.NotFoundException if there is no such branch
   */
  public List<GraphCommit> after(BranchName branch, long after) {
    try (ManifestState state = manifests.openHead(branch)) {
      return records(state, after).stream()
          .map(CommitRecord::commit)
          .filter(c -> c.carriedBy() == null)
          .toList();
    }
  }

  /** Everything a manifest state tells above a version, carried commits included, oldest first. */
  public List<CommitRecord> records(ManifestState state, long after) {
    return decode(manifests.lineage(state.handle(), after));
  }

  /** The same for one version of a branch, opened for the purpose. */
  public List<CommitRecord> records(BranchName branch, long version, long after) {
    return decode(manifests.lineage(branch, version, after));
  }

  /** One commit, if this state knows it. */
  public Optional<CommitRecord> find(ManifestState state, CommitId id) {
    return manifests.find(state.handle(), id).map(CommitCodec::decode);
  }

  private static List<CommitRecord> decode(List<LineageRow> rows) {
    return rows.stream().map(CommitCodec::decode).toList();
  }
}
