package io.omnigraph.maintenance;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Lanes;
import io.omnigraph.publish.TableUpkeep;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds the indices that the schema asks for and folds small files, one branch at a time. Looks
 * before it acts: with nothing to do it writes nothing. Blocking and thread-safe; writers of the
 * branch wait while it works.
 */
public final class Upkeep {

  /** Below this many vectors an exact scan is as fast as an index. */
  static final long VECTOR_INDEX_ROWS = 50_000;

  private final Lanes lanes;
  private final TableStorage storage;

  public Upkeep(Lanes lanes, TableStorage storage) {
    this.lanes = lanes;
    this.storage = storage;
  }

  /** Builds missing indices of every table that the branch owns and that has rows. */
  public UpkeepReport ensureIndices(BranchName branch) {
    return run(branch, 1, false);
  }

  /**
   * Builds missing indices of tables with at least so many rows; what a server does on its own.
   *
   * @param minRows smaller tables are left alone
   */
  public UpkeepReport ensureIndices(BranchName branch, long minRows) {
    return run(branch, minRows, false);
  }

  /** Folds small files, brings indices up to date and builds missing ones. */
  public UpkeepReport optimize(BranchName branch) {
    return run(branch, 1, true);
  }

  private UpkeepReport run(BranchName branch, long minRows, boolean fold) {
    List<UpkeepReport.Table> tables = new ArrayList<>();
    List<PendingIndex> pending = new ArrayList<>();
    GraphCommit commit =
        lanes
            .maintain(branch, snapshot -> choose(snapshot, minRows, fold, tables, pending))
            .orElse(null);
    return new UpkeepReport(commit, tables, pending);
  }

  private Map<TableKey, TableUpkeep> choose(
      Snapshot snapshot,
      long minRows,
      boolean fold,
      List<UpkeepReport.Table> tables,
      List<PendingIndex> pending) {
    Map<TableKey, TableUpkeep> work = new TreeMap<>();
    for (TableEntry entry : snapshot.tables().values()) {
      if (!entry.ownedBy(snapshot.branch()) || entry.rowCount() < minRows) {
        continue;
      }
      EntityType type = snapshot.catalog().type(entry.key()).orElse(null);
      if (type == null) {
        continue;
      }
      try (SnapshotHandle handle = storage.open(entry.address(), entry.version())) {
        List<IndexSpec> missing = missing(entry, type, handle, pending);
        boolean foldable = fold && foldable(handle);
        if (missing.isEmpty() && !foldable) {
          int fragments = handle.fragments().size();
          tables.add(new UpkeepReport.Table(entry.key(), fragments, fragments, List.of(), false));
        } else {
          work.put(
              entry.key(),
              (maintenance, pinned) ->
                  work(maintenance, pinned, entry.key(), missing, foldable, tables));
        }
      }
    }
    return work;
  }

  private static SnapshotHandle work(
      TableMaintenance maintenance,
      SnapshotHandle pinned,
      TableKey key,
      List<IndexSpec> missing,
      boolean fold,
      List<UpkeepReport.Table> tables) {
    List<TableUpkeep> steps = new ArrayList<>();
    if (fold) {
      // First the coverage, then the files: a rewrite carries coverage over.
      steps.add(TableMaintenance::optimizeIndices);
      steps.add(TableMaintenance::compact);
    }
    missing.forEach(spec -> steps.add((m, at) -> m.createIndex(at, spec)));
    SnapshotHandle at = pinned;
    for (TableUpkeep step : steps) {
      SnapshotHandle next;
      try {
        next = step.apply(maintenance, at);
      } finally {
        if (at != pinned) {
          at.close();
        }
      }
      at = next;
    }
    tables.add(
        new UpkeepReport.Table(
            key,
            pinned.fragments().size(),
            at.fragments().size(),
            missing.stream().map(IndexSpec::column).toList(),
            at.version() != pinned.version()));
    return at;
  }

  /** Wanted and not there; what is not worth building yet goes to {@code pending}. */
  private static List<IndexSpec> missing(
      TableEntry entry, EntityType type, SnapshotHandle handle, List<PendingIndex> pending) {
    List<List<String>> present = handle.indices().stream().map(IndexInfo::columns).toList();
    List<IndexSpec> missing = new ArrayList<>();
    for (IndexSpec spec : IndexIntent.of(type)) {
      if (present.contains(List.of(spec.column()))) {
        continue;
      }
      if (spec.kind() == IndexSpec.Kind.VECTOR) {
        long vectors = handle.countRows(FilterSql.identifier(spec.column()) + " IS NOT NULL");
        if (vectors < VECTOR_INDEX_ROWS) {
          pending.add(
              new PendingIndex(
                  entry.key(), spec.column(), vectors == 0 ? "no_vectors" : "below_threshold"));
          continue;
        }
      }
      missing.add(spec);
    }
    return missing;
  }

  /** Worth folding: several small fragments, deleted rows, or fragments that an index misses. */
  private static boolean foldable(SnapshotHandle handle) {
    List<FragmentInfo> fragments = handle.fragments();
    boolean deletions =
        fragments.stream().anyMatch(f -> f.deletedRows() * 10 >= Math.max(1, f.physicalRows()));
    return fragments.size() > 1
        || deletions
        || handle.indices().stream().anyMatch(i -> i.unindexedFragments() > 0);
  }
}
