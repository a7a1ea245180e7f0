package io.omnigraph.read.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.TableKey;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.PropertyType;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of the tables of one graph. Everything lent is pinned until its lease is
 * closed; an empty answer means the budget has no room, and the caller reads through storage
 * instead. Thread-safe.
 */
public final class TableCache {

  private static final int SMALL_SPACE = 100_000;

  private final TableHandles handles;
  private final DerivedCache cache;
  private final RelativeSearch relatives;
  private final Cache<Snapshot, Map<TableKey, Located>> located =
      Caffeine.newBuilder().weakKeys().build();
  private final Map<String, WeakReference<IdSpace>> spaces = new ConcurrentHashMap<>();

  public TableCache(TableHandles handles, DerivedCache cache) {
    this.handles = handles;
    this.cache = cache;
    this.relatives = new RelativeSearch(cache);
  }

  public DerivedCache derived() {
    return cache;
  }

  /** The physical identity of a table of a snapshot. */
  public Located locate(Snapshot snapshot, TableKey key) {
    return located
        .get(snapshot, s -> new ConcurrentHashMap<>())
        .computeIfAbsent(key, k -> find(snapshot, k));
  }

  private Located find(Snapshot snapshot, TableKey key) {
    TableEntry entry = snapshot.table(key);
    try (TableHandles.Lease lease = handles.open(snapshot, key)) {
      String incarnation = lease.handle().incarnation();
      return new Located(
          key,
          entry,
          new PhysicalTable(entry.address(), incarnation, entry.version()),
          snapshot.catalog().hash());
    }
  }

  /** Lends the open handle of a table of a snapshot. */
  public TableHandles.Lease handle(Snapshot snapshot, TableKey key) {
    return handles.open(snapshot, key);
  }

  /** The nodes of a table. */
  public Optional<DerivedCache.Lease> nodes(Snapshot snapshot, Located table) {
    long estimate = 65_536 + 48 * table.entry().rowCount();
    return cache.get(
        new TableKeys.Nodes(table.physical()),
        estimate,
        key -> {
          try (TableHandles.Lease lease = handle(snapshot, table.key())) {
            NodeRows advanced = relatives.nodes(table, lease.handle());
            return advanced != null ? advanced : TableLoader.nodes(lease.handle(), space(table));
          }
        });
  }

  private IdSpace space(Located table) {
    long rows = table.entry().rowCount();
    return spaces
                .compute(
                    table.physical().address().path(),
                    (path, known) -> {
                      IdSpace space = known == null ? null : known.get();
                      boolean usable = space != null && space.size() <= 3 * rows + SMALL_SPACE;
                      return usable && known != null
                          ? known
                          : new WeakReference<>(new IdSpace((int) Math.min(rows + 16, 1 << 26)));
                    })
                .get()
            instanceof IdSpace space
        ? space
        : new IdSpace(16);
  }

  /** The edges of a table between the nodes of two id spaces. */
  public Optional<DerivedCache.Lease> edges(
      Snapshot snapshot, Located table, IdSpace from, IdSpace to) {
    DerivedCache.Key name = new TableKeys.Edges(table.physical());
    long estimate = 65_536 + 10 * table.entry().rowCount();
    Optional<DerivedCache.Lease> lease =
        cache.get(
            name,
            estimate,
            key -> {
              try (TableHandles.Lease open = handle(snapshot, table.key())) {
                EdgeRows advanced = relatives.edges(table, open.handle(), from, to);
                return advanced != null ? advanced : TableLoader.edges(open.handle(), from, to);
              }
            });
    return lease.flatMap(
        l -> {
          EdgeRows rows = (EdgeRows) l.value();
          if (rows.fromSpace() == from && rows.toSpace() == to) {
            return lease;
          }
          l.close();
          return dropStale(name) ? edges(snapshot, table, from, to) : Optional.empty();
        });
  }

  /** True if the entry is gone now, so that it can be built anew. */
  private boolean dropStale(DerivedCache.Key stale) {
    cache.drop(stale::equals);
    return !cache.keys(stale.family()).contains(stale);
  }

  /** The adjacency lists of edges, outgoing or incoming. */
  public Optional<DerivedCache.Lease> lists(Located table, EdgeRows rows, boolean outgoing) {
    int nodes = (outgoing ? rows.fromSpace() : rows.toSpace()).size();
    long estimate = 16_384 + 8L * rows.liveCount() + 8L * nodes;
    return cache.get(
        new TableKeys.Lists(table.physical(), outgoing),
        estimate,
        key -> outgoing ? rows.outgoing() : rows.incoming());
  }

  /** A property of nodes, by ordinal. */
  public Optional<DerivedCache.Lease> nodeColumn(
      Snapshot snapshot, Located table, NodeRows rows, String property, PropertyType type) {
    int[] ordinals = rows.ordinals().array();
    return column(
        snapshot,
        table,
        property,
        type,
        rows.space(),
        rows.layout(),
        row -> ordinals[row],
        rows.space().size());
  }

  /** A property (or {@code id}) of edges, by edge row. */
  public Optional<DerivedCache.Lease> edgeColumn(
      Snapshot snapshot, Located table, EdgeRows rows, String property, PropertyType type) {
    return column(
        snapshot,
        table,
        property,
        type,
        rows.numbering(),
        rows.layout(),
        row -> row,
        rows.rowLimit());
  }

  private Optional<DerivedCache.Lease> column(
      Snapshot snapshot,
      Located table,
      String property,
      PropertyType type,
      Object owner,
      RowLayout layout,
      java.util.function.IntUnaryOperator ordinalOfRow,
      int capacity) {
    TableKeys.Values name = new TableKeys.Values(table.physical(), property, table.schemaHash());
    long estimate = 4_096 + table.entry().rowCount() * width(type);
    Optional<DerivedCache.Lease> lease =
        cache.get(
            name,
            estimate,
            key -> {
              try (TableHandles.Lease open = handle(snapshot, table.key())) {
                return new CachedColumn(
                    TableLoader.column(
                        open.handle(), property, type, layout, ordinalOfRow, capacity),
                    type,
                    owner);
              }
            });
    return lease.flatMap(
        l -> {
          if (((CachedColumn) l.value()).owner() == owner) {
            return lease;
          }
          l.close();
          return dropStale(name)
              ? column(snapshot, table, property, type, owner, layout, ordinalOfRow, capacity)
              : Optional.empty();
        });
  }

  /** The column behind a lease of {@link #nodeColumn} or {@link #edgeColumn}. */
  public static io.omnigraph.read.column.Column columnOf(DerivedCache.Lease lease) {
    return ((CachedColumn) lease.value()).column();
  }

  /** Rough bytes per value in memory. */
  public static long width(PropertyType type) {
    if (type.list()) {
      return 64;
    }
    return switch (type.scalar()) {
      case STRING -> 28;
      case BOOL -> 1;
      case I32, U32, DATE, F32 -> 5;
      case I64, U64, DATETIME, F64 -> 9;
      case VECTOR -> 4L * type.vectorDimension() + 4;
      case BLOB -> 0;
    };
  }

  /**
   * Brings what is cached of a table over from the version before a commit, so that the first read
   * after it pays nothing. Does nothing if the old version is not cached.
   */
  public void advance(Snapshot before, Snapshot after, TableKey key) {
    @Nullable TableEntry old = before.find(key).orElse(null);
    @Nullable TableEntry now = after.find(key).orElse(null);
    if (old == null || now == null || old.equals(now)) {
      return;
    }
    boolean cached =
        cache.keys(now.path()).stream()
            .anyMatch(k -> k instanceof TableKeys.Nodes || k instanceof TableKeys.Edges);
    if (!cached) {
      return;
    }
    Located table = locate(after, key);
    if (key.isNode()) {
      nodes(after, table).ifPresent(DerivedCache.Lease::close);
      return;
    }
    EdgeType type = after.catalog().edges().get(key.typeName());
    if (type != null) {
      advanceEdges(after, table, type);
    }
  }

  private void advanceEdges(Snapshot after, Located table, EdgeType type) {
    Optional<DerivedCache.Lease> from = nodes(after, locate(after, TableKey.node(type.from())));
    try {
      Optional<DerivedCache.Lease> to = nodes(after, locate(after, TableKey.node(type.to())));
      try {
        if (from.isPresent() && to.isPresent()) {
          edges(after, table, spaceOf(from.get()), spaceOf(to.get()))
              .ifPresent(DerivedCache.Lease::close);
        }
      } finally {
        to.ifPresent(DerivedCache.Lease::close);
      }
    } finally {
      from.ifPresent(DerivedCache.Lease::close);
    }
  }

  private static IdSpace spaceOf(DerivedCache.Lease nodes) {
    return ((NodeRows) nodes.value()).space();
  }
}
