package io.omnigraph.maintenance;

import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.TableUpkeep;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.ColumnSample;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableMaintenance.IndexSpec.Kind;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to be done to the files of one table at one version. */
record TablePlan(
    TableKey key,
    List<IndexSpec> missing,
    boolean refresh,
    boolean fold,
    @Nullable String skipped,
    List<PendingIndex> pending) {

  /** How far upkeep goes. */
  enum Scope {
    /** Build what is missing. */
    MISSING,
    /** Also bring indices up to date that too many rows have outgrown. */
    OUTGROWN,
    /** Also fold files, and bring every index up to date. */
    ALL
  }

  /** Below this many vectors an exact scan is as fast as an index. */
  static final long VECTOR_INDEX_ROWS = 50_000;

  /** Files of tables with blobs are not folded: the library does not do it reliably. */
  static final String BLOBS = "blob_columns_unsupported_by_lance";

  /** The library leaves larger files as they are. */
  private static final long FULL_FRAGMENT_ROWS = 1 << 20;

  /**
   * An index may trail by this share of the table before it is brought up to date between the
   * regular rounds: bringing it up to date costs as much as reading it.
   */
  private static final long OUTGROWN_SHARE = 50;

  static TablePlan of(TableEntry entry, EntityType type, SnapshotHandle handle, Scope scope) {
    List<IndexInfo> indices = handle.indices();
    List<PendingIndex> pending = new ArrayList<>();
    List<IndexSpec> missing = missing(entry, type, handle, indices, pending);
    boolean blobs = TableSchemas.hasBlob(handle.schema());
    boolean stale = indices.stream().anyMatch(i -> i.unindexedFragments() > 0);
    long allowed = Math.max(Upkeep.SMALLEST_INDEXED_TABLE, entry.rowCount() / OUTGROWN_SHARE);
    boolean outgrown = indices.stream().anyMatch(i -> i.unindexedRows() >= allowed);
    boolean foldable = foldable(handle.fragments());
    return switch (scope) {
      case MISSING -> new TablePlan(entry.key(), missing, false, false, null, pending);
      case OUTGROWN -> new TablePlan(entry.key(), missing, outgrown, false, null, pending);
      case ALL ->
          new TablePlan(
              entry.key(),
              missing,
              stale,
              foldable && !blobs,
              foldable && blobs ? BLOBS : null,
              pending);
    };
  }

  /** Wanted and not there; what is not worth building yet goes to {@code pending}. */
  private static List<IndexSpec> missing(
      TableEntry entry,
      EntityType type,
      SnapshotHandle handle,
      List<IndexInfo> indices,
      List<PendingIndex> pending) {
    if (entry.rowCount() == 0) {
      return List.of();
    }
    List<IndexSpec> missing = new ArrayList<>();
    for (IndexSpec spec : IndexIntent.of(type)) {
      if (indices.stream().anyMatch(index -> index.serves(spec))) {
        continue;
      }
      if (spec.kind() == Kind.VECTOR) {
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
    for (List<String> group : IndexIntent.compositeGroups(type)) {
      IndexSpec wanted = forGroup(group, handle, indices, missing);
      if (wanted != null) {
        missing.add(wanted);
      }
    }
    return missing;
  }

  /** The index by which holders of a composite value are found; null if there is a good one. */
  private static @Nullable IndexSpec forGroup(
      List<String> group,
      SnapshotHandle handle,
      List<IndexInfo> indices,
      List<IndexSpec> toBeBuilt) {
    ColumnSample sample = ColumnSample.of(handle, group);
    String best = sample.mostSelective();
    for (String column : group) {
      IndexSpec spec = new IndexSpec(column, Kind.BTREE);
      boolean there = toBeBuilt.contains(spec) || indices.stream().anyMatch(i -> i.serves(spec));
      // Half as good is good enough, so that a second look at other rows does not build another.
      if (there && sample.distinct(column) * 2 >= sample.distinct(best)) {
        return null;
      }
    }
    return new IndexSpec(best, Kind.BTREE);
  }

  /** Worth folding: small neighbours, or files of which a tenth is deleted. */
  private static boolean foldable(List<FragmentInfo> fragments) {
    boolean smallBefore = false;
    for (FragmentInfo fragment : fragments) {
      boolean small = fragment.physicalRows() < FULL_FRAGMENT_ROWS;
      if (small && smallBefore
          || fragment.deletedRows() * 10 > Math.max(1, fragment.physicalRows())) {
        return true;
      }
      smallBefore = small;
    }
    return false;
  }

  boolean isEmpty() {
    return missing.isEmpty() && !refresh && !fold;
  }

  /** Does it. The caller closes the answer and keeps {@code pinned}. */
  SnapshotHandle apply(TableMaintenance maintenance, SnapshotHandle pinned) {
    List<TableUpkeep> steps = new ArrayList<>();
    if (refresh) {
      // First the coverage, then the files: a rewrite carries coverage over.
      steps.add(TableMaintenance::optimizeIndices);
    }
    if (fold) {
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
    return at;
  }

  UpkeepReport.Table report(SnapshotHandle before, SnapshotHandle after) {
    Set<Integer> removed = ids(before);
    removed.removeAll(ids(after));
    Set<Integer> added = ids(after);
    added.removeAll(ids(before));
    return new UpkeepReport.Table(
        key,
        before.fragments().size(),
        after.fragments().size(),
        removed.size(),
        added.size(),
        missing.stream().map(IndexSpec::column).distinct().toList(),
        after.version() != before.version(),
        after.version(),
        skipped);
  }

  private static Set<Integer> ids(SnapshotHandle handle) {
    Set<Integer> ids = new HashSet<>();
    handle.fragments().forEach(fragment -> ids.add(fragment.id()));
    return ids;
  }
}
