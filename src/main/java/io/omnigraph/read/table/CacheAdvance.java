package io.omnigraph.read.table;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.schema.EdgeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the cache follow the commits of this process. Thread-safe. */
public final class CacheAdvance {

  /** A query that took its snapshot a few commits ago still finds its tables. */
  private static final int KEPT_VERSIONS = 8;

  private final TableCache tables;
  private final DerivedCache cache;

  public CacheAdvance(TableCache tables) {
    this.tables = tables;
    this.cache = tables.derived();
  }

  /**
   * Brings what is cached of a table over from the version before a commit, so that the first read
   * after it pays nothing. Does nothing if the old version is not cached.
   */
  public void follow(Snapshot before, Snapshot after, TableKey key) {
    @Nullable TableEntry old = before.find(key).orElse(null);
    @Nullable TableEntry now = after.find(key).orElse(null);
    if (old == null || now == null || old.equals(now)) {
      return;
    }
    PhysicalTable base = tables.locate(before, key).physical();
    List<DerivedCache.Key> cached =
        cache.keys(base.family()).stream().filter(k -> TableCache.tableOf(k).equals(base)).toList();
    if (cached.isEmpty()) {
      return;
    }
    Located table = tables.locate(after, key);
    if (key.isNode()) {
      Optional<DerivedCache.Lease> rows = tables.nodes(after, table, Effort.BUILD);
      rows.ifPresent(lease -> bringNodeColumns(after, table, (NodeRows) lease.value(), cached));
      rows.ifPresent(DerivedCache.Lease::close);
    } else if (after.catalog().edges().get(key.typeName()) instanceof EdgeType type) {
      advanceEdges(after, table, type, cached);
    }
    if (base.address().equals(table.physical().address())) {
      cache.dropUnused(k -> isOlder(k, base));
    }
  }

  /** Of the same lineage, and superseded for a while. */
  private static boolean isOlder(DerivedCache.Key key, PhysicalTable base) {
    PhysicalTable table = TableCache.tableOf(key);
    return table.family().equals(base.family())
        && table.address().equals(base.address())
        && table.incarnation().equals(base.incarnation())
        && table.version() < base.version() - KEPT_VERSIONS;
  }

  private void advanceEdges(
      Snapshot after, Located table, EdgeType type, List<DerivedCache.Key> cached) {
    try (Leases leases = new Leases()) {
      Optional<DerivedCache.Lease> from =
          leases.add(
              tables.nodes(after, tables.locate(after, TableKey.node(type.from())), Effort.BUILD));
      Optional<DerivedCache.Lease> to =
          leases.add(
              tables.nodes(after, tables.locate(after, TableKey.node(type.to())), Effort.BUILD));
      if (from.isEmpty() || to.isEmpty()) {
        return;
      }
      Optional<DerivedCache.Lease> rows =
          leases.add(
              tables.edges(after, table, spaceOf(from.get()), spaceOf(to.get()), Effort.BUILD));
      if (rows.isEmpty()) {
        return;
      }
      EdgeRows edges = (EdgeRows) rows.get().value();
      for (DerivedCache.Key key : cached) {
        if (key instanceof TableKeys.Lists lists) {
          leases.add(tables.lists(table, edges, lists.outgoing(), Effort.BUILD));
        } else if (key instanceof TableKeys.Values values
            && values.schemaHash().equals(table.schemaHash())) {
          leases.add(
              tables.edgeColumn(
                  after, table, edges, values.property(), values.type(), Effort.BUILD));
        }
      }
    }
  }

  private void bringNodeColumns(
      Snapshot after, Located table, NodeRows rows, List<DerivedCache.Key> cached) {
    try (Leases leases = new Leases()) {
      for (DerivedCache.Key key : cached) {
        if (key instanceof TableKeys.Values values
            && values.schemaHash().equals(table.schemaHash())) {
          leases.add(
              tables.nodeColumn(
                  after, table, rows, values.property(), values.type(), Effort.BUILD));
        }
      }
    }
  }

  private static IdSpace spaceOf(DerivedCache.Lease nodes) {
    return ((NodeRows) nodes.value()).space();
  }

  /** Leases that are given back together. */
  private static final class Leases implements AutoCloseable {
    private final List<DerivedCache.Lease> held = new ArrayList<>();

    Optional<DerivedCache.Lease> add(Optional<DerivedCache.Lease> lease) {
      lease.ifPresent(held::add);
      return lease;
    }

    @Override
    public void close() {
      held.forEach(DerivedCache.Lease::close);
    }
  }
}
