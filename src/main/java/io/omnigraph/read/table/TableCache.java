package io.omnigraph.read.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.TableKey;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.schema.PropertyType;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of the tables of one graph. Everything lent is pinned until its lease is
 * closed; an empty answer means the budget has no room, and the caller reads through storage
 * instead. Thread-safe.
 */
public final class TableCache {

  private static final int SMALL_SPACE = 100_000;

  /** To look at all values of so few nodes costs next to nothing. */
  private static final int LEAST_INDEXED = 16;

  /** Making an index costs about as much as looking at all values so many times. */
  private static final int SCANS_BEFORE_INDEX = 3;

  /** A version derived from a relative shares all but about this part with it. */
  private static final int SHARED = 8;

  /** Tells the keys of this graph apart from those of others in the same cache. */
  private final Object graph = new Object();

  private final TableHandles handles;
  private final DerivedCache cache;
  private final RelativeSearch relatives;
  private final InvertedIndices words;
  private final Cache<Snapshot, Map<TableKey, Located>> located =
      Caffeine.newBuilder().weakKeys().build();
  private final Cache<Scanned, AtomicInteger> scans =
      Caffeine.newBuilder().maximumSize(1000).build();
  private final Map<String, WeakReference<IdSpace>> spaces = new ConcurrentHashMap<>();

  public TableCache(TableHandles handles, DerivedCache cache) {
    this.handles = handles;
    this.cache = cache;
    this.relatives = new RelativeSearch(cache);
    this.words = new InvertedIndices(this, cache);
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
          new PhysicalTable(graph, entry.address(), incarnation, entry.version()),
          snapshot.catalog().hash());
    }
  }

  /** Lends the open handle of a table of a snapshot. */
  public TableHandles.Lease handle(Snapshot snapshot, TableKey key) {
    return handles.open(snapshot, key);
  }

  /** Tables up to this many rows are read in full without a second thought. */
  public static final long SMALL_ROWS = 20_000;

  private static boolean builds(Effort effort, Located table) {
    return effort.builds(table.entry().rowCount());
  }

  /** The parts of a table that are not cached, in words. */
  public List<String> missing(
      Located table, Map<String, PropertyType> properties, boolean outgoing, boolean incoming) {
    PhysicalTable physical = table.physical();
    Map<String, DerivedCache.Key> names = new LinkedHashMap<>();
    names.put(
        "rows",
        table.key().isNode() ? new TableKeys.Nodes(physical) : new TableKeys.Edges(physical));
    if (outgoing) {
      names.put("outgoing lists", new TableKeys.Lists(physical, true));
    }
    if (incoming) {
      names.put("incoming lists", new TableKeys.Lists(physical, false));
    }
    properties.forEach(
        (property, type) ->
            names.put(
                "column " + property,
                new TableKeys.Values(physical, property, type, table.schemaHash())));
    names.values().removeIf(cache::has);
    return List.copyOf(names.keySet());
  }

  /** Bytes that the rows of a table take, roughly, without lists and columns. */
  private static long rowsEstimate(Located table) {
    return 65_536 + (table.key().isNode() ? 48 : 10) * table.entry().rowCount();
  }

  /** Whether the rows of a table could be cached if nothing else were. */
  public boolean mayFit(Located table) {
    return rowsEstimate(table) <= cache.budget();
  }

  /** The nodes of a table. */
  public Optional<DerivedCache.Lease> nodes(Snapshot snapshot, Located table, Effort effort) {
    DerivedCache.Key name = new TableKeys.Nodes(table.physical());
    if (effort.onlyFinds()) {
      return cache.find(name);
    }
    long estimate = rowsEstimate(table);
    Optional<DerivedCache.Lease> derived =
        cache.derive(
            name,
            estimate / SHARED,
            key -> {
              try (TableHandles.Lease lease = handle(snapshot, table.key())) {
                return relatives.nodes(table, lease.handle());
              }
            });
    if (derived.isPresent() || !builds(effort, table)) {
      return derived;
    }
    return cache.get(
        name,
        estimate,
        key -> {
          try (TableHandles.Lease lease = handle(snapshot, table.key())) {
            return TableLoader.nodes(lease.handle(), space(table));
          }
        },
        effort.patienceFor(table.entry().rowCount()));
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
      Snapshot snapshot, Located table, IdSpace from, IdSpace to, Effort effort) {
    DerivedCache.Key name = new TableKeys.Edges(table.physical());
    long estimate = rowsEstimate(table);
    Optional<DerivedCache.Lease> lease =
        effort.onlyFinds()
            ? cache.find(name)
            : cache.derive(
                name,
                estimate / SHARED,
                key -> {
                  try (TableHandles.Lease open = handle(snapshot, table.key())) {
                    return relatives.edges(table, open.handle(), from, to);
                  }
                });
    if (lease.isEmpty() && builds(effort, table)) {
      lease =
          cache.get(
              name,
              estimate,
              key -> {
                try (TableHandles.Lease open = handle(snapshot, table.key())) {
                  return TableLoader.edges(open.handle(), from, to);
                }
              },
              effort.patienceFor(table.entry().rowCount()));
    }
    if (lease.isEmpty()) {
      return lease;
    }
    EdgeRows rows = (EdgeRows) lease.get().value();
    if (rows.fromSpace() == from && rows.toSpace() == to) {
      return lease;
    }
    lease.get().close();
    return !effort.onlyFinds() && dropStale(name)
        ? edges(snapshot, table, from, to, effort)
        : Optional.empty();
  }

  /** True if the entry is gone now, so that it can be built anew. */
  private boolean dropStale(DerivedCache.Key stale) {
    cache.drop(stale::equals);
    return !cache.keys(stale.family()).contains(stale);
  }

  /** The adjacency lists of edges, outgoing or incoming. */
  public Optional<DerivedCache.Lease> lists(
      Located table, EdgeRows rows, boolean outgoing, Effort effort) {
    DerivedCache.Key name = new TableKeys.Lists(table.physical(), outgoing);
    if (!builds(effort, table)) {
      return cache.find(name);
    }
    int nodes = (outgoing ? rows.fromSpace() : rows.toSpace()).size();
    long estimate = 16_384 + 8L * rows.liveCount() + 8L * nodes;
    return cache.get(
        name,
        estimate,
        key -> outgoing ? rows.outgoing() : rows.incoming(),
        effort.patienceFor(table.entry().rowCount()));
  }

  /**
   * The nodes in order of a property and their ids.
   *
   * @param column the property's values; null for the order by id alone
   */
  public Optional<DerivedCache.Lease> nodeOrder(
      Located table,
      NodeRows rows,
      @Nullable String property,
      @Nullable Column column,
      boolean descending,
      NodeOrder.ValueOrder values,
      Effort effort) {
    DerivedCache.Key name =
        new TableKeys.Order(table.physical(), property, descending, table.schemaHash());
    if (!effort.builds(table.entry().rowCount())) {
      return cache.find(name);
    }
    return cache.get(
        name,
        4_096 + 4L * rows.liveCount(),
        key -> NodeOrder.of(rows, column, descending, values),
        effort.patienceFor(table.entry().rowCount()));
  }

  /**
   * The nodes by the values of a property, once that was asked for so often that making it is worth
   * what looking at all values took.
   *
   * @param column the property's values
   */
  public Optional<DerivedCache.Lease> valueIndex(
      Located table,
      NodeRows rows,
      String property,
      PropertyType type,
      Column column,
      Effort effort) {
    if (rows.liveCount() < LEAST_INDEXED || !ValueIndex.isFor(type)) {
      return Optional.empty();
    }
    DerivedCache.Key name =
        new TableKeys.ByValue(table.physical(), property, type, table.schemaHash());
    Optional<DerivedCache.Lease> lease = cache.find(name);
    if (lease.isEmpty() && builds(effort, table) && isOftenAsked(name.family(), property)) {
      lease =
          cache.get(
              name,
              4_096 + 12L * rows.liveCount(),
              key -> ValueIndex.of(rows, column),
              effort.patienceFor(table.entry().rowCount()));
    }
    if (lease.isPresent() && !((ValueIndex) lease.get().value()).isOf(rows)) {
      lease.get().close();
      dropStale(name);
      return Optional.empty();
    }
    return lease;
  }

  /** Told of a look at all values; true each time that there have been many. */
  private boolean isOftenAsked(Object family, String property) {
    AtomicInteger count = scans.get(new Scanned(family, property), s -> new AtomicInteger());
    return count.incrementAndGet() % SCANS_BEFORE_INDEX == 0;
  }

  /** A property of all versions of a table. */
  private record Scanned(Object family, String property) {}

  /** The inverted index of a text property of nodes. */
  public Optional<DerivedCache.Lease> words(
      Snapshot snapshot, Located table, NodeRows rows, String property, Effort effort) {
    return words.get(snapshot, table, rows, property, effort);
  }

  /** Whether the inverted index of a property is there. */
  public boolean hasWords(Located table, String property) {
    return cache.has(InvertedIndices.name(table, property));
  }

  /** A property of nodes, by ordinal. */
  public Optional<DerivedCache.Lease> nodeColumn(
      Snapshot snapshot,
      Located table,
      NodeRows rows,
      String property,
      PropertyType type,
      Effort effort) {
    int[] ordinals = rows.ordinals().array();
    return column(
        snapshot,
        table,
        property,
        type,
        rows.space(),
        rows.layout(),
        row -> ordinals[row],
        rows.space().size(),
        effort);
  }

  /** A property (or {@code id}) of edges, by edge row. */
  public Optional<DerivedCache.Lease> edgeColumn(
      Snapshot snapshot,
      Located table,
      EdgeRows rows,
      String property,
      PropertyType type,
      Effort effort) {
    return column(
        snapshot,
        table,
        property,
        type,
        rows.numbering(),
        rows.layout(),
        row -> row,
        rows.rowLimit(),
        effort);
  }

  private Optional<DerivedCache.Lease> column(
      Snapshot snapshot,
      Located table,
      String property,
      PropertyType type,
      Object owner,
      RowLayout layout,
      java.util.function.IntUnaryOperator ordinalOfRow,
      int capacity,
      Effort effort) {
    TableKeys.Values name =
        new TableKeys.Values(table.physical(), property, type, table.schemaHash());
    long estimate = 4_096 + table.entry().rowCount() * width(type);
    Optional<DerivedCache.Lease> lease =
        !builds(effort, table)
            ? cache.find(name)
            : cache.get(
                name,
                estimate,
                key -> {
                  try (TableHandles.Lease open = handle(snapshot, table.key())) {
                    return new CachedColumn(
                        TableLoader.column(
                            open.handle(), property, type, layout, ordinalOfRow, capacity),
                        type,
                        owner,
                        open.handle().columnId(property));
                  }
                },
                effort.patienceFor(table.entry().rowCount()));
    return lease.flatMap(
        l -> {
          if (((CachedColumn) l.value()).owner() == owner) {
            return lease;
          }
          l.close();
          return !effort.onlyFinds() && dropStale(name)
              ? column(
                  snapshot, table, property, type, owner, layout, ordinalOfRow, capacity, effort)
              : Optional.empty();
        });
  }

  /** The column behind a lease of {@link #nodeColumn} or {@link #edgeColumn}. */
  public static Column columnOf(DerivedCache.Lease lease) {
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

  static PhysicalTable tableOf(DerivedCache.Key key) {
    return ((TableKeys.OfTable) key).table();
  }

  /** Drops everything of this graph. */
  public void clear() {
    cache.drop(key -> tableOf(key).graph() == graph);
  }
}
