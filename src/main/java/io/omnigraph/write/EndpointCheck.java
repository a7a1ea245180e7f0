package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Referential integrity: both ends of every new edge exist once the change is applied, and no edge
 * that stays loses an end. Endpoints are gathered batch by batch and looked up once per node type.
 */
final class EndpointCheck {

  /** Endpoints of one node type that the change itself does not bring along. */
  private static final class Pending {
    final IdPool ids = new IdPool();
    final LongArrayList sequence = new LongArrayList();
    final IntArrayList edgeIndex = new IntArrayList();
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
  private final Consumer<Violation> sink;
  private final ReadSetBuilder reads;
  private final Map<String, Pending> pending = new TreeMap<>();
  private final List<Side> sides = new java.util.ArrayList<>();
  private long sequence;

  EndpointCheck(
      WriteBase base,
      Map<TableKey, TableChange> changes,
      Consumer<Violation> sink,
      ReadSetBuilder reads) {
    this.base = base;
    this.changes = changes;
    this.sink = sink;
    this.reads = reads;
  }

  /** Gathers the endpoints of new edges. Batches of one type come one after another. */
  void collect(EdgeType edge, VectorSchemaRoot batch) {
    int source = sideIndex(edge, true);
    int destination = sideIndex(edge, false);
    VarCharVector sources = Rows.sources(batch);
    VarCharVector destinations = Rows.destinations(batch);
    @Nullable TableChange fromChange = changes.get(TableKey.node(edge.from()));
    @Nullable TableChange toChange = changes.get(TableKey.node(edge.to()));
    Pending from = pendingOf(edge.from());
    Pending to = pendingOf(edge.to());
    int rows = batch.getRowCount();
    for (int row = 0; row < rows; row++) {
      gather(fromChange, from, sources, row, source);
      gather(toChange, to, destinations, row, destination);
    }
  }

  private void gather(
      @Nullable TableChange nodes, Pending into, VarCharVector ids, int row, int side) {
    sequence++;
    if (nodes != null && nodes.addedIds().contains(ids, row)) {
      return;
    }
    if (into.ids.add(ids, row) >= 0) {
      into.sequence.add(sequence);
      into.edgeIndex.add(side);
    }
  }

  private Pending pendingOf(String nodeType) {
    return pending.computeIfAbsent(nodeType, n -> new Pending());
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
  void finish(Catalog catalog) {
    Map<Long, Violation> missing = new TreeMap<>();
    pending.forEach((nodeType, ends) -> lookUp(nodeType, ends, missing));
    missing.values().forEach(sink);
    for (EdgeType edge : catalog.edges().values()) {
      orphans(new Side(edge, true));
      orphans(new Side(edge, false));
    }
  }

  private void lookUp(String nodeType, Pending ends, Map<Long, Violation> missing) {
    if (ends.ids.isEmpty()) {
      return;
    }
    TableKey key = TableKey.node(nodeType);
    @Nullable TableChange nodes = changes.get(key);
    BitSet found = new BitSet(ends.ids.size());
    if (nodes == null || !nodes.replaceAll()) {
      reads.ids(key, ends.ids);
      new CommittedRows(base, key)
          .visitWhereIn(
              TableSchemas.ID,
              ends.ids,
              List.of(TableSchemas.ID),
              (batch, row) -> {
                VarCharVector ids = Rows.ids(batch);
                if (nodes == null || !nodes.removedIds().contains(ids, row)) {
                  found.set(ends.ids.find(ids, row));
                }
              });
    }
    for (int i = found.nextClearBit(0); i < ends.ids.size(); i = found.nextClearBit(i + 1)) {
      Side side = sides.get(ends.edgeIndex.getInt(i));
      missing.put(ends.sequence.getLong(i), violation(side, ends.ids.get(i)));
    }
  }

  /** Committed edges that stay although a node at their end goes. */
  private void orphans(Side side) {
    @Nullable TableChange nodes = changes.get(TableKey.node(side.nodeType()));
    if (nodes == null || nodes.removedIds().isEmpty()) {
      return;
    }
    TableKey key = side.edge().tableKey();
    @Nullable TableChange edges = changes.get(key);
    if (edges != null && edges.replaceAll()) {
      return;
    }
    reads.texts(key, side.column(), nodes.removedIds());
    new CommittedRows(base, key)
        .visitWhereIn(
            side.column(),
            nodes.removedIds(),
            List.of(TableSchemas.ID, side.column()),
            (batch, row) -> {
              if (edges == null || !edges.overrides(Rows.ids(batch), row)) {
                sink.accept(violation(side, Rows.text(batch, side.column(), row)));
              }
            });
  }

  private static Violation violation(Side side, String id) {
    return new Violation(
        Violation.Kind.ENDPOINT,
        side.edge().tableKey(),
        id,
        side.column() + " '" + id + "' not found in " + side.nodeType());
  }
}
