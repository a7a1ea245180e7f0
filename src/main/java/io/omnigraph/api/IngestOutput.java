package io.omnigraph.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a load did. {@code baseBranch} repeats the request's {@code from}. */
public record IngestOutput(
    String uri,
    String branch,
    @Nullable String baseBranch,
    boolean branchCreated,
    String mode,
    List<Table> tables,
    @Nullable String actorId,
    @Nullable CommitOutput commit) {

  /** Rows loaded into one table. */
  public record Table(String tableKey, long rowsLoaded) {}
}
