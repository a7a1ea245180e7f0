package io.omnigraph.api;

import io.omnigraph.maintenance.UpkeepReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code optimize} did.
 *
 * @param uri the graph
 * @param tables every table that the branch owns, in key order
 */
public record OptimizeOutput(String uri, List<Table> tables) {

  /**
   * @param fragmentsRemoved files that were folded into others
   * @param fragmentsAdded files that folding made
   * @param committed whether the table moved to another version
   * @param skipped why its files were not folded although they could be; null if nothing was
   *     skipped
   * @param manifestVersion the version that the branch shows now
   * @param lanceHeadVersion the newest version of the table, which is the same
   * @param pendingIndexes declared indices that are not built, and why
   */
  public record Table(
      String tableKey,
      int fragmentsRemoved,
      int fragmentsAdded,
      boolean committed,
      @Nullable String skipped,
      long manifestVersion,
      long lanceHeadVersion,
      List<Pending> pendingIndexes) {}

  /** A declared index that is not built. */
  public record Pending(String column, String reason) {}

  public static OptimizeOutput of(String uri, UpkeepReport report) {
    return new OptimizeOutput(
        uri,
        report.tables().stream()
            .map(
                table ->
                    new Table(
                        table.key().toString(),
                        table.fragmentsRemoved(),
                        table.fragmentsAdded(),
                        table.changed(),
                        table.skipped(),
                        table.version(),
                        table.version(),
                        report.pending().stream()
                            .filter(index -> index.table().equals(table.key()))
                            .map(index -> new Pending(index.column(), index.reason()))
                            .toList()))
            .toList());
  }
}
