package io.omnigraph.api;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of a branch with their versions, sorted by key. */
public record SnapshotOutput(
    String branch,
    long manifestVersion,
    int internalSchemaVersion,
    String graphCommitId,
    List<Table> tables) {

  /** One table; {@code tableBranch} is null for main. */
  public record Table(
      String tableKey,
      String tablePath,
      long tableVersion,
      @Nullable String tableBranch,
      long rowCount) {}

  static SnapshotOutput of(BranchName branch, Snapshot snapshot) {
    return new SnapshotOutput(
        branch.value(),
        snapshot.manifestVersion(),
        GraphApi.INTERNAL_SCHEMA_VERSION,
        snapshot.head().value(),
        snapshot.tables().values().stream()
            .map(
                entry ->
                    new Table(
                        entry.key().toString(),
                        entry.path(),
                        entry.version(),
                        entry.tableBranch() == null ? null : entry.tableBranch().value(),
                        entry.rowCount()))
            .toList());
  }
}
