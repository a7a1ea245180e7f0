package io.omnigraph.api;

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
}
