package io.omnigraph.maintenance;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.TableKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a round of upkeep did.
 *
 * @param commit the commit that published it; null if there was nothing to do
 * @param tables what was looked at, in key order; tables that the branch only inherits are left out
 * @param pending indices that are wanted but not worth building yet
 */
public record UpkeepReport(
    @Nullable GraphCommit commit, List<Table> tables, List<PendingIndex> pending) {

  public UpkeepReport {
    tables = List.copyOf(tables);
    pending = List.copyOf(pending);
  }

  /**
   * One table.
   *
   * @param fragmentsBefore fragments before
   * @param fragmentsAfter fragments after
   * @param fragmentsRemoved fragments that were folded into others
   * @param fragmentsAdded fragments that folding made
   * @param indicesBuilt columns whose index was built
   * @param changed true if the table moved to another version
   * @param version the version of the table after
   * @param skipped why files that could be folded were left alone; null if none were
   */
  public record Table(
      TableKey key,
      int fragmentsBefore,
      int fragmentsAfter,
      int fragmentsRemoved,
      int fragmentsAdded,
      List<String> indicesBuilt,
      boolean changed,
      long version,
      @Nullable String skipped) {
    public Table {
      indicesBuilt = List.copyOf(indicesBuilt);
    }
  }
}
