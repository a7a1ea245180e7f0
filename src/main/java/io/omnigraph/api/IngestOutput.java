package io.omnigraph.api;

import io.omnigraph.model.TableKey;
import io.omnigraph.write.LoadCounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load did.
 *
 * @param baseBranch repeats the request's {@code from}
 * @param commit null if nothing changed
 * @param operationId names the operation in the commit and to recovery
 * @param replayed true if an idempotency key matched an earlier request and nothing was done again
 */
public record IngestOutput(
    String uri,
    String branch,
    @Nullable String baseBranch,
    boolean branchCreated,
    String mode,
    List<Table> tables,
    @Nullable String actorId,
    @Nullable CommitOutput commit,
    String operationId,
    boolean replayed) {

  /** Rows loaded into one table. */
  public record Table(String tableKey, long rowsLoaded) {

    /** Edges first. */
    static List<Table> of(LoadCounts counts) {
      List<Table> tables = new ArrayList<>();
      counts
          .edges()
          .forEach((type, rows) -> tables.add(new Table(TableKey.edge(type).toString(), rows)));
      counts
          .nodes()
          .forEach((type, rows) -> tables.add(new Table(TableKey.node(type).toString(), rows)));
      return tables;
    }
  }
}
