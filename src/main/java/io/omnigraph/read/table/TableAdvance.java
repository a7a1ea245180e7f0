package io.omnigraph.read.table;

import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Column;
import io.omnigraph.storage.SnapshotHandle;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Derives what is known of a table version from an older relative and the changes in between. */
final class TableAdvance {

  private TableAdvance() {}

  static NodeRows nodes(NodeRows base, SnapshotHandle target, RowChanges changes) {
    RowLayout kept = base.layout().withFragments(target.fragments());
    if (changes.isEmpty()) {
      return new NodeRows(
          base.space(), kept, base.ordinals(), base.live(), base.liveCount(), base.deadRows());
    }
    Bits live = base.live().copy();
    Bits deadRows = base.deadRows().copy();
    for (int row : changes.removedRows()) {
      live.clear(base.ordinals().array()[row]);
      deadRows.set(row);
    }
    RowLayout.Builder layout = new RowLayout.Builder(kept, target.fragments());
    IntArrayList added = new IntArrayList();
    if (!changes.addedFragments().isEmpty()) {
      TableLoader.readNodes(target, changes.addedFragments(), base.space(), layout, added);
    }
    for (int i = 0; i < added.size(); i++) {
      live.set(added.getInt(i));
    }
    return new NodeRows(
        base.space(),
        layout.build(),
        base.ordinals().append(added.elements(), added.size()),
        live,
        live.cardinality(),
        deadRows);
  }

  static EdgeRows edges(EdgeRows base, SnapshotHandle target, RowChanges changes) {
    RowLayout kept = base.layout().withFragments(target.fragments());
    RowLayout.Builder layout = new RowLayout.Builder(kept, target.fragments());
    IntArrayList sources = new IntArrayList();
    IntArrayList destinations = new IntArrayList();
    if (!changes.addedFragments().isEmpty()) {
      TableLoader.readEdges(
          target,
          changes.addedFragments(),
          base.fromSpace(),
          base.toSpace(),
          layout,
          sources,
          destinations);
    }
    int rows = base.rowLimit() + sources.size();
    Bits live = base.live();
    if (live != null || changes.removedRows().length > 0) {
      if (live == null) {
        live = new Bits(rows);
        live.setFirst(base.rowLimit());
      } else {
        live = live.copy();
      }
      for (int row : changes.removedRows()) {
        live.clear(row);
      }
      for (int row = base.rowLimit(); row < rows; row++) {
        live.set(row);
      }
    }
    return new EdgeRows(
        base.fromSpace(),
        base.toSpace(),
        layout.build(),
        base.sources().append(sources.elements(), sources.size()),
        base.destinations().append(destinations.elements(), destinations.size()),
        live,
        base.liveCount() - changes.removedRows().length + sources.size(),
        new Object());
  }

  static Adjacency lists(
      Adjacency base, EdgeRows before, EdgeRows after, RowChanges changes, boolean outgoing) {
    if (changes.isEmpty()) {
      return base;
    }
    int[] nodes = (outgoing ? after.sources() : after.destinations()).array();
    int[] others = (outgoing ? after.destinations() : after.sources()).array();
    IntOpenHashSet touched = new IntOpenHashSet();
    for (int row : changes.removedRows()) {
      touched.add(nodes[row]);
    }
    for (int row = before.rowLimit(); row < after.rowLimit(); row++) {
      touched.add(nodes[row]);
    }
    IntOpenHashSet removed = new IntOpenHashSet(changes.removedRows());
    int addedFrom = before.rowLimit();
    int[] addedByNode = sortedByNode(nodes, addedFrom, after.rowLimit());
    int nodeCount = (outgoing ? after.fromSpace() : after.toSpace()).size();
    return base.advance(
        touched.toIntArray(),
        node -> {
          IntArrayList rows = new IntArrayList();
          for (int row : base.edgeRows(node)) {
            if (!removed.contains(row)) {
              rows.add(row);
            }
          }
          for (int i = lowerBound(nodes, addedByNode, node);
              i < addedByNode.length && nodes[addedByNode[i]] == node;
              i++) {
            rows.add(addedByNode[i]);
          }
          return rows.toIntArray();
        },
        row -> others[row],
        nodeCount);
  }

  private static int[] sortedByNode(int[] nodes, int from, int to) {
    long[] order = new long[to - from];
    for (int i = 0; i < order.length; i++) {
      order[i] = ((long) nodes[from + i] << 32) | (from + i);
    }
    Arrays.sort(order);
    int[] rows = new int[order.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (int) order[i];
    }
    return rows;
  }

  private static int lowerBound(int[] nodes, int[] rows, int node) {
    int low = 0;
    int high = rows.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (nodes[rows[middle]] < node) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Copies of node columns with the added rows' values set. */
  static List<Column> nodeColumns(
      List<String> properties,
      List<Column> columns,
      NodeRows after,
      SnapshotHandle target,
      RowChanges changes) {
    int[] ordinals = after.ordinals().array();
    return columns(
        properties, columns, Column::copy, after.layout(), target, changes, row -> ordinals[row]);
  }

  /**
   * Copies of edge columns with the added rows' values set. A row never changes its number or its
   * values, so the copies share what was there.
   */
  static List<Column> edgeColumns(
      List<String> properties,
      List<Column> columns,
      EdgeRows after,
      SnapshotHandle target,
      RowChanges changes) {
    return columns(
        properties, columns, Column::extended, after.layout(), target, changes, row -> row);
  }

  private static List<Column> columns(
      List<String> properties,
      List<Column> columns,
      UnaryOperator<Column> copy,
      RowLayout layout,
      SnapshotHandle target,
      RowChanges changes,
      java.util.function.IntUnaryOperator ordinalOfRow) {
    if (changes.addedFragments().isEmpty() || columns.isEmpty()) {
      return columns;
    }
    List<Column> copies = new ArrayList<>();
    columns.forEach(c -> copies.add(copy.apply(c)));
    TableLoader.readColumns(
        target, changes.addedFragments(), properties, copies, layout, ordinalOfRow);
    return copies;
  }
}
