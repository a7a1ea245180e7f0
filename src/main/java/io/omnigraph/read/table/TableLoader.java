package io.omnigraph.read.table;

import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Reads whole tables, or whole fragments, into memory. */
final class TableLoader {

  private static final int BATCH_ROWS = 65536;

  private TableLoader() {}

  static NodeRows nodes(SnapshotHandle handle, IdSpace space) {
    RowLayout.Builder layout = new RowLayout.Builder(RowLayout.empty(), handle.fragments());
    IntArrayList ordinals = new IntArrayList((int) Math.max(16, handle.countRows()));
    readNodes(handle, null, space, layout, ordinals);
    Bits live = new Bits(space.size());
    for (int i = 0; i < ordinals.size(); i++) {
      live.set(ordinals.getInt(i));
    }
    return new NodeRows(
        space,
        layout.build(),
        SharedInts.of(ordinals.elements(), ordinals.size()),
        live,
        live.cardinality(),
        new Bits(0));
  }

  /** Appends the ordinals of the rows of some fragments (null for all). */
  static void readNodes(
      SnapshotHandle handle,
      @Nullable List<Integer> fragments,
      IdSpace space,
      RowLayout.Builder layout,
      IntArrayList ordinals) {
    ScanRequest request = request(fragments, "id", ScanRequest.ROW_ADDRESS);
    try (BatchStream batches = handle.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        int[] found = space.internAll(HeapText.of((VarCharVector) batch.getVector(0)));
        UInt8Vector addresses = (UInt8Vector) batch.getVector(1);
        for (int i = 0; i < found.length; i++) {
          layout.add(addresses.get(i));
        }
        ordinals.addElements(ordinals.size(), found);
      }
    }
  }

  static EdgeRows edges(SnapshotHandle handle, IdSpace from, IdSpace to) {
    RowLayout.Builder layout = new RowLayout.Builder(RowLayout.empty(), handle.fragments());
    int capacity = (int) Math.max(16, handle.countRows());
    IntArrayList sources = new IntArrayList(capacity + (capacity >> 4));
    IntArrayList destinations = new IntArrayList(capacity + (capacity >> 4));
    readEdges(handle, null, from, to, layout, sources, destinations);
    int rows = sources.size();
    return new EdgeRows(
        from,
        to,
        layout.build(),
        SharedInts.of(sources.elements(), rows),
        SharedInts.of(destinations.elements(), rows),
        null,
        rows,
        new Object());
  }

  /** Appends the endpoints of the edges of some fragments (null for all). */
  static void readEdges(
      SnapshotHandle handle,
      @Nullable List<Integer> fragments,
      IdSpace from,
      IdSpace to,
      RowLayout.Builder layout,
      IntArrayList sources,
      IntArrayList destinations) {
    ScanRequest request = request(fragments, "src", "dst", ScanRequest.ROW_ADDRESS);
    try (BatchStream batches = handle.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        int[] src = from.internAll(HeapText.of((VarCharVector) batch.getVector(0)));
        int[] dst = to.internAll(HeapText.of((VarCharVector) batch.getVector(1)));
        UInt8Vector addresses = (UInt8Vector) batch.getVector(2);
        for (int i = 0; i < src.length; i++) {
          layout.add(addresses.get(i));
        }
        sources.addElements(sources.size(), src);
        destinations.addElements(destinations.size(), dst);
      }
    }
  }

  /**
   * Reads one column.
   *
   * @param ordinalOfRow where the value of a row of the layout goes; negative to leave it out
   * @param capacity ordinals expected
   */
  static Column column(
      SnapshotHandle handle,
      String property,
      PropertyType type,
      RowLayout layout,
      IntUnaryOperator ordinalOfRow,
      int capacity) {
    Column column = Column.create(type, capacity);
    readColumns(handle, null, List.of(property), List.of(column), layout, ordinalOfRow);
    return column;
  }

  /** Sets the values of some fragments (null for all) in columns. */
  static void readColumns(
      SnapshotHandle handle,
      @Nullable List<Integer> fragments,
      List<String> properties,
      List<Column> columns,
      RowLayout layout,
      IntUnaryOperator ordinalOfRow) {
    String[] names = new String[properties.size() + 1];
    names[0] = ScanRequest.ROW_ADDRESS;
    for (int c = 0; c < properties.size(); c++) {
      names[c + 1] = properties.get(c);
    }
    try (BatchStream batches = handle.scan(request(fragments, names))) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        UInt8Vector addresses = (UInt8Vector) batch.getVector(0);
        int[] ordinals = new int[batch.getRowCount()];
        for (int i = 0; i < ordinals.length; i++) {
          int row = layout.row(addresses.get(i));
          ordinals[i] = row < 0 ? -1 : ordinalOfRow.applyAsInt(row);
        }
        for (int c = 0; c < columns.size(); c++) {
          columns.get(c).setAll(batch.getVector(c + 1), ordinals, ordinals.length);
        }
      }
    }
  }

  private static ScanRequest request(@Nullable List<Integer> fragments, String... columns) {
    ScanRequest request = ScanRequest.of(columns).batchRows(BATCH_ROWS);
    return fragments == null ? request : request.inFragments(fragments);
  }
}
