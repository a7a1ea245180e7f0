package io.omnigraph.maintenance;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Lanes;
import io.omnigraph.publish.TableUpkeep;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Builds the indices that the schema asks for and folds small files, one branch at a time. Looks
 * before it acts: with nothing to do it writes nothing. Blocking and thread-safe; writers of the
 * branch wait while it works.
 */
public final class Upkeep {

  /** A table below this size is read through in about the time that an index lookup takes. */
  public static final long SMALLEST_INDEXED_TABLE = 10_000;

  private final Lanes lanes;
  private final TableStorage storage;

  public Upkeep(Lanes lanes, TableStorage storage) {
    this.lanes = lanes;
    this.storage = storage;
  }

  /** Builds missing indices of every table that the branch owns and that has rows. */
  public UpkeepReport ensureIndices(BranchName branch) {
    return ensureIndices(branch, 1);
  }

  /**
   * Builds missing indices of tables with at least so many rows.
   *
   * @param minRows smaller tables are left alone
   */
  public UpkeepReport ensureIndices(BranchName branch, long minRows) {
    return run(branch, TablePlan.Scope.MISSING, entry -> entry.rowCount() >= minRows);
  }

  /** Folds small files, brings indices up to date and builds missing ones. */
  public UpkeepReport optimize(BranchName branch) {
    return run(branch, TablePlan.Scope.ALL, entry -> true);
  }

  /**
   * What an engine does on its own: missing indices of tables that are worth one, and indices that
   * too many rows have outgrown.
   *
   * @param which tables to look at
   */
  UpkeepReport keepUp(BranchName branch, Predicate<TableKey> which) {
    return run(
        branch,
        TablePlan.Scope.OUTGROWN,
        entry -> entry.rowCount() >= SMALLEST_INDEXED_TABLE && which.test(entry.key()));
  }

  /** Whether {@link #keepUp} would do something; looks from outside the lane. */
  boolean isDue(BranchName branch, Predicate<TableKey> which) {
    Snapshot snapshot = lanes.snapshot(branch);
    for (TableEntry entry : snapshot.tables().values()) {
      EntityType type = snapshot.catalog().type(entry.key()).orElse(null);
      if (type != null
          && entry.ownedBy(snapshot.branch())
          && entry.rowCount() >= SMALLEST_INDEXED_TABLE
          && which.test(entry.key())) {
        try (SnapshotHandle handle = storage.open(entry.address(), entry.version())) {
          if (!TablePlan.of(entry, type, handle, TablePlan.Scope.OUTGROWN).isEmpty()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private UpkeepReport run(BranchName branch, TablePlan.Scope scope, Predicate<TableEntry> which) {
    List<UpkeepReport.Table> tables = new ArrayList<>();
    List<PendingIndex> pending = new ArrayList<>();
    GraphCommit commit =
        lanes
            .maintain(branch, snapshot -> choose(snapshot, scope, which, tables, pending))
            .orElse(null);
    tables.sort((a, b) -> a.key().compareTo(b.key()));
    return new UpkeepReport(commit, tables, pending);
  }

  private Map<TableKey, TableUpkeep> choose(
      Snapshot snapshot,
      TablePlan.Scope scope,
      Predicate<TableEntry> which,
      List<UpkeepReport.Table> tables,
      List<PendingIndex> pending) {
    // What an attempt noted that found a table out of place.
    tables.clear();
    pending.clear();
    Map<TableKey, TableUpkeep> work = new TreeMap<>();
    for (TableEntry entry : snapshot.tables().values()) {
      EntityType type = snapshot.catalog().type(entry.key()).orElse(null);
      if (type == null || !entry.ownedBy(snapshot.branch()) || !which.test(entry)) {
        continue;
      }
      try (SnapshotHandle handle = storage.open(entry.address(), entry.version())) {
        TablePlan plan = TablePlan.of(entry, type, handle, scope);
        pending.addAll(plan.pending());
        if (plan.isEmpty()) {
          tables.add(plan.report(handle, handle));
        } else {
          work.put(
              entry.key(),
              (maintenance, pinned) -> {
                SnapshotHandle after = plan.apply(maintenance, pinned);
                tables.add(plan.report(pinned, after));
                return after;
              });
        }
      }
    }
    return work;
  }
}
