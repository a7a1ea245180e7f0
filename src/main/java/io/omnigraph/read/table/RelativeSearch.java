package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a cached relative of a table version (an older version of the branch, or the branch it
 * was forked from) from which it can be derived by what changed, instead of being read in full.
 * What hangs on the relative (adjacency, columns) is brought along.
 */
final class RelativeSearch {

  /** A relative that differs in more than this share of the rows is not worth deriving from. */
  private static final double MOST_CHANGE = 0.5;

  private static final double MOST_WASTE = 0.5;
  private static final int ATTEMPTS = 3;

  private final DerivedCache cache;

  RelativeSearch(DerivedCache cache) {
    this.cache = cache;
  }

  /** Null if there is no relative. */
  @Nullable NodeRows nodes(Located table, SnapshotHandle target) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      Found<NodeRows> found = findNodes(table, target);
      if (found.rows() != null || !found.lost()) {
        return found.rows();
      }
    }
    return findNodes(table, target).rows();
  }

  /**
   * @param lost a relative was dropped while it was looked at, so a newer one may be there now
   */
  private record Found<T>(@Nullable T rows, boolean lost) {}

  private Found<NodeRows> findNodes(Located table, SnapshotHandle target) {
    PhysicalTable wanted = table.physical();
    boolean lost = false;
    for (PhysicalTable candidate : candidates(wanted, true)) {
      Optional<DerivedCache.Lease> lent = cache.find(new TableKeys.Nodes(candidate));
      if (lent.isEmpty()) {
        lost = true;
        continue;
      }
      try (DerivedCache.Lease lease = lent.get()) {
        NodeRows base = (NodeRows) lease.value();
        Optional<RowChanges> changes =
            RowChanges.between(
                base.layout(),
                target,
                candidate,
                sameLineage(candidate, wanted),
                row -> !base.deadRows().get(row));
        if (changes.isEmpty()
            || tooMany(changes.get(), table, base.layout().rows(), base.liveCount())) {
          continue;
        }
        NodeRows rows = TableAdvance.nodes(base, target, changes.get());
        List<String> brought =
            bringColumns(table, candidate, base.space(), rows, null, target, changes.get());
        bringIndices(table, candidate, base, rows, brought);
        return new Found<>(rows, false);
      }
    }
    return new Found<>(null, lost);
  }

  /** Null if there is no relative. */
  @Nullable EdgeRows edges(Located table, SnapshotHandle target, IdSpace from, IdSpace to) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      Found<EdgeRows> found = findEdges(table, target, from, to);
      if (found.rows() != null || !found.lost()) {
        return found.rows();
      }
    }
    return findEdges(table, target, from, to).rows();
  }

  private Found<EdgeRows> findEdges(
      Located table, SnapshotHandle target, IdSpace from, IdSpace to) {
    PhysicalTable wanted = table.physical();
    boolean lost = false;
    for (PhysicalTable candidate : candidates(wanted, false)) {
      Optional<DerivedCache.Lease> lent = cache.find(new TableKeys.Edges(candidate));
      if (lent.isEmpty()) {
        lost = true;
        continue;
      }
      try (DerivedCache.Lease lease = lent.get()) {
        EdgeRows base = (EdgeRows) lease.value();
        if (base.fromSpace() != from || base.toSpace() != to) {
          continue;
        }
        Optional<RowChanges> changes =
            RowChanges.between(
                base.layout(), target, candidate, sameLineage(candidate, wanted), base::isLive);
        if (changes.isEmpty() || tooMany(changes.get(), table, base.rowLimit(), base.liveCount())) {
          continue;
        }
        EdgeRows rows = TableAdvance.edges(base, target, changes.get());
        bringLists(wanted, candidate, base, rows, changes.get());
        bringColumns(table, candidate, base.numbering(), null, rows, target, changes.get());
        return new Found<>(rows, false);
      }
    }
    return new Found<>(null, lost);
  }

  private static boolean tooMany(RowChanges changes, Located table, int remembered, int live) {
    long most = (long) (MOST_CHANGE * table.entry().rowCount()) + 1000;
    boolean sparse = remembered - live > MOST_WASTE * remembered + 1000;
    return changes.addedRows() + changes.removedRows().length > most || sparse;
  }

  private static boolean sameLineage(PhysicalTable older, PhysicalTable newer) {
    return older.address().equals(newer.address())
        && older.incarnation().equals(newer.incarnation())
        && older.version() <= newer.version();
  }

  /** Cached relatives, the likeliest nearest first. */
  private List<PhysicalTable> candidates(PhysicalTable wanted, boolean nodes) {
    return cache.keys(wanted.family()).stream()
        .map(
            k ->
                nodes && k instanceof TableKeys.Nodes n
                    ? n.table()
                    : !nodes && k instanceof TableKeys.Edges e ? e.table() : null)
        .filter(Objects::nonNull)
        .filter(t -> !t.equals(wanted))
        .sorted(
            Comparator.comparing((PhysicalTable t) -> !sameLineage(t, wanted))
                .thenComparingLong(t -> Math.abs(wanted.version() - t.version())))
        .limit(3)
        .toList();
  }

  private void bringLists(
      PhysicalTable wanted,
      PhysicalTable candidate,
      EdgeRows base,
      EdgeRows rows,
      RowChanges changes) {
    for (boolean outgoing : new boolean[] {true, false}) {
      Optional<DerivedCache.Lease> lent = cache.find(new TableKeys.Lists(candidate, outgoing));
      if (lent.isEmpty()) {
        continue;
      }
      try (DerivedCache.Lease lease = lent.get()) {
        Adjacency lists = (Adjacency) lease.value();
        if (!lists.isWasteful(base.liveCount())) {
          cache.put(
              new TableKeys.Lists(wanted, outgoing),
              TableAdvance.lists(lists, base, rows, changes, outgoing),
              1_000L * rows.liveCount());
        }
      }
    }
  }

  /** Indices of columns that were brought: nodes written since are candidates for any value. */
  private void bringIndices(
      Located table, PhysicalTable candidate, NodeRows base, NodeRows rows, List<String> brought) {
    int[] written =
        Arrays.copyOfRange(rows.ordinals().array(), base.ordinals().size(), rows.ordinals().size());
    for (DerivedCache.Key key : cache.keys(table.physical().family())) {
      if (!(key instanceof TableKeys.ByValue known
          && known.table().equals(candidate)
          && known.schemaHash().equals(table.schemaHash())
          && brought.contains(known.property()))) {
        continue;
      }
      try (DerivedCache.Lease lease = cache.find(key).orElse(null)) {
        ValueIndex moved =
            lease != null && lease.value() instanceof ValueIndex index && index.isOf(rows)
                ? index.after(written)
                : null;
        if (moved != null) {
          cache.put(
              new TableKeys.ByValue(
                  table.physical(), known.property(), known.type(), table.schemaHash()),
              moved,
              50L * table.entry().rowCount());
        }
      }
    }
  }

  /** Returns the properties whose columns were brought. */
  private List<String> bringColumns(
      Located table,
      PhysicalTable candidate,
      Object before,
      @Nullable NodeRows nodes,
      @Nullable EdgeRows edges,
      SnapshotHandle target,
      RowChanges changes) {
    Object owner = nodes != null ? nodes.space() : Objects.requireNonNull(edges).numbering();
    List<String> properties = new ArrayList<>();
    List<CachedColumn> columns = new ArrayList<>();
    List<DerivedCache.Lease> leases = new ArrayList<>();
    try {
      for (DerivedCache.Key key : cache.keys(table.physical().family())) {
        if (key instanceof TableKeys.Values values
            && values.table().equals(candidate)
            && values.schemaHash().equals(table.schemaHash())) {
          cache
              .find(key)
              .ifPresent(
                  lease -> {
                    leases.add(lease);
                    CachedColumn column = (CachedColumn) lease.value();
                    // A column may have gone and come back empty since, under an equal schema.
                    if (column.owner() == before
                        && column.columnId() == target.columnId(values.property())) {
                      properties.add(values.property());
                      columns.add(column);
                    }
                  });
        }
      }
      List<Column> plain = columns.stream().map(CachedColumn::column).toList();
      List<Column> moved =
          nodes != null
              ? TableAdvance.nodeColumns(properties, plain, nodes, target, changes)
              : TableAdvance.edgeColumns(
                  properties, plain, Objects.requireNonNull(edges), target, changes);
      for (int i = 0; i < moved.size(); i++) {
        cache.put(
            new TableKeys.Values(
                table.physical(), properties.get(i), columns.get(i).type(), table.schemaHash()),
            new CachedColumn(moved.get(i), columns.get(i).type(), owner, columns.get(i).columnId()),
            500L * table.entry().rowCount());
      }
      return properties;
    } finally {
      leases.forEach(DerivedCache.Lease::close);
    }
  }
}
