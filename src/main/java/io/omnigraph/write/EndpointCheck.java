package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Referential integrity: both ends of every new edge exist once the change is applied, and no edge
 * that stays loses an end. Endpoints are gathered batch by batch and looked up once per node type;
 * if they do not fit into memory, share by share.
 */
final class EndpointCheck {

  /** Endpoints of one node type that the change itself does not bring along. */
  private static final class Pending {
    final IdPool ids;
    final LongArrayList sequence = new LongArrayList();
    final IntArrayList edgeIndex = new IntArrayList();

    Pending(IdBudget budget) {
      ids = new IdPool(budget);
    }
  }

  /** The ends that fall to one share, by node type. */
  private final class Ends {
    final HashShare share;
    final IdBudget left = budget.fresh();
    final Map<String, Pending> pending = new TreeMap<>();
    final Map<String, IdPool> added = new HashMap<>();
    final Map<String, IdPool> removed = new HashMap<>();
    long sequence;

    Ends(HashShare share) {
      this.share = share;
    }

    void collect(EdgeType edge, VectorSchemaRoot batch) {
      int source = sideIndex(edge, true);
      int destination = sideIndex(edge, false);
      VarCharVector sources = Rows.sources(batch);
      VarCharVector destinations = Rows.destinations(batch);
      @Nullable IdPool fromAdded = added(edge.from());
      @Nullable IdPool toAdded = added(edge.to());
      Pending from = pending(edge.from());
      Pending to = pending(edge.to());
      int rows = batch.getRowCount();
      for (int row = 0; row < rows; row++) {
        gather(fromAdded, from, sources, row, source);
        gather(toAdded, to, destinations, row, destination);
      }
    }

    private void gather(
        @Nullable IdPool nodes, Pending into, VarCharVector ids, int row, int side) {
      sequence++;
      if (!share.has(ids, row) || nodes != null && nodes.contains(ids, row)) {
        return;
      }
      if (into.ids.add(ids, row) >= 0) {
        into.sequence.add(sequence);
        into.edgeIndex.add(side);
      }
    }

    private Pending pending(String nodeType) {
      return pending.computeIfAbsent(nodeType, n -> new Pending(left));
    }

    private @Nullable IdPool added(String nodeType) {
      @Nullable TableChange nodes = changes.get(TableKey.node(nodeType));
      return nodes == null
          ? null
          : added.computeIfAbsent(nodeType, n -> nodes.addedIds().in(share, left));
    }

    private @Nullable IdPool removed(String nodeType) {
      @Nullable TableChange nodes = changes.get(TableKey.node(nodeType));
      return nodes == null
          ? null
          : removed.computeIfAbsent(nodeType, n -> nodes.removedIds().in(share, left));
    }
  }

  private record Side(EdgeType edge, boolean source) {
    String column() {
      return source ? TableSchemas.SRC : TableSchemas.DST;
    }

    String nodeType() {
      return source ? edge.from() : edge.to();
    }
  }

  private final WriteBase base;
  private final Map<TableKey, TableChange> changes;
  private final IdBudget budget;
  private final ReadSetBuilder reads;
  private final List<Side> sides = new ArrayList<>();

  /** All ends; null once they do not fit and shares of them have to do. */
  private @Nullable Ends all;

  EndpointCheck(
      WriteBase base, Map<TableKey, TableChange> changes, IdBudget budget, ReadSetBuilder reads) {
    this.base = base;
    this.changes = changes;
    this.budget = budget;
    this.reads = reads;
    this.all = shares() == 1 ? new Ends(HashShare.ALL) : null;
  }

  private int shares() {
    int shares = 1;
    for (TableChange change : changes.values()) {
      if (change.type().tableKey().isNode()) {
        shares = Math.max(shares, change.addedIds().shares());
        shares = Math.max(shares, change.removedIds().shares());
      }
    }
    return shares;
  }

  /**
   * Gathers the endpoints of new edges as long as all of them fit into memory. Batches of one type
   * come one after another.
   */
  void collect(EdgeType edge, VectorSchemaRoot batch) {
    Ends ends = all;
    if (ends != null) {
      try {
        ends.collect(edge, batch);
      } catch (IdBudget.Exceeded e) {
        all = null;
      }
    }
  }

  private int sideIndex(EdgeType edge, boolean source) {
    Side side = new Side(edge, source);
    int index = sides.indexOf(side);
    if (index < 0) {
      sides.add(side);
      index = sides.size() - 1;
    }
    return index;
  }

  /** Looks everything up and reports what is missing, in the order of the input. */
  void finish(Catalog catalog, ViolationSink sink) {
    Ends ends = all;
    if (ends != null) {
      try {
        finish(ends, catalog, sink);
        return;
      } catch (IdBudget.Exceeded e) {
        all = null;
      }
    }
    if (!concerns(catalog)) {
      return;
    }
    for (int shares = Math.max(2, shares()); !fits(shares, catalog, sink); ) {
      shares = IdBudget.more(shares);
    }
  }

  /** Whether there is anything to look at: nodes alone that come in break no edge. */
  private boolean concerns(Catalog catalog) {
    return catalog.edges().values().stream()
        .anyMatch(
            edge ->
                changes.containsKey(edge.tableKey())
                    || mayLeave(edge.from())
                    || mayLeave(edge.to()));
  }

  private boolean mayLeave(String nodeType) {
    @Nullable TableChange nodes = changes.get(TableKey.node(nodeType));
    return nodes != null
        && (nodes.removedIds().shares() > 1 || !nodes.removedIds().all().isEmpty());
  }

  private boolean fits(int shares, Catalog catalog, ViolationSink sink) {
    sink.begin(ViolationSink.Start.AGAIN);
    try {
      for (int i = 0; i < shares; i++) {
        Ends ends = new Ends(new HashShare(i, shares));
        for (TableChange change : changes.values()) {
          if (change.type() instanceof EdgeType edge) {
            try (BatchStream stream = change.added().open(base.allocator())) {
              for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
                ends.collect(edge, batch);
              }
            }
          }
        }
        finish(ends, catalog, sink);
      }
      return true;
    } catch (IdBudget.Exceeded e) {
      return false;
    }
  }

  private void finish(Ends ends, Catalog catalog, ViolationSink sink) {
    Map<Long, Violation> missing = new TreeMap<>();
    ends.pending.forEach((nodeType, pending) -> lookUp(nodeType, pending, ends, missing));
    missing.forEach((rank, violation) -> sink.accept(rank, () -> violation));
    for (EdgeType edge : catalog.edges().values()) {
      orphans(new Side(edge, true), ends, sink);
      orphans(new Side(edge, false), ends, sink);
    }
  }

  private void lookUp(String nodeType, Pending pending, Ends ends, Map<Long, Violation> missing) {
    if (pending.ids.isEmpty()) {
      return;
    }
    TableKey key = TableKey.node(nodeType);
    @Nullable TableChange nodes = changes.get(key);
    BitSet found = new BitSet(pending.ids.size());
    if (nodes == null || !nodes.replaceAll()) {
      @Nullable IdPool removed = ends.removed(nodeType);
      reads.ids(key, pending.ids);
      new CommittedRows(base, key)
          .visitWhereIn(
              TableSchemas.ID,
              pending.ids,
              List.of(TableSchemas.ID),
              (batch, row) -> {
                VarCharVector ids = Rows.ids(batch);
                if (removed == null || !removed.contains(ids, row)) {
                  found.set(pending.ids.find(ids, row));
                }
              });
    }
    for (int i = found.nextClearBit(0); i < pending.ids.size(); i = found.nextClearBit(i + 1)) {
      Side side = sides.get(pending.edgeIndex.getInt(i));
      missing.put(pending.sequence.getLong(i), violation(side, pending.ids.get(i)));
    }
  }

  /** Committed edges that stay although a node at their end goes. */
  private void orphans(Side side, Ends ends, ViolationSink sink) {
    @Nullable IdPool removed = ends.removed(side.nodeType());
    if (removed == null || removed.isEmpty()) {
      return;
    }
    TableKey key = side.edge().tableKey();
    @Nullable TableChange edges = changes.get(key);
    if (edges != null && edges.replaceAll()) {
      return;
    }
    reads.texts(key, side.column(), removed);
    String telling = edges == null ? TableSchemas.ID : edges.tellingColumn();
    new CommittedRows(base, key)
        .visitWhereIn(
            side.column(),
            removed,
            List.of(telling, side.column()),
            (batch, row) -> {
              VarCharVector cells = (VarCharVector) batch.getVector(side.column());
              if (ends.share.has(cells, row) && (edges == null || !edges.overrides(batch, row))) {
                String id = Rows.text(batch, side.column(), row);
                sink.accept(Long.MAX_VALUE, () -> violation(side, id));
              }
            });
  }

  private static Violation violation(Side side, String id) {
    return new Violation(
        Violation.Kind.ENDPOINT,
        side.edge().tableKey(),
        id,
        side.column(),
        side.column() + " '" + id + "' not found in " + side.nodeType());
  }
}
