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
   * @param indicesBuilt columns whose index was built
   * @param changed true if the table moved to another version
   */
  public record Table(
      TableKey key,
      int fragmentsBefore,
      int fragmentsAfter,
      List<String> indicesBuilt,
      boolean changed) {
    public Table {
      indicesBuilt = List.copyOf(indicesBuilt);
    }
  }
}
