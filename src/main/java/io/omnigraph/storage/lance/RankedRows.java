package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Hits of a search, copied out of their batches, given back best first. Not thread-safe. */
final class RankedRows implements AutoCloseable {

  private static final int BATCH_ROWS = 8192;

  /** Where a hit lies: row {@code row} of the copies. */
  private record Hit(int row, long rowId) {}

  private final LanceSnapshot snapshot;
  private final List<String> columns;
  private final BufferAllocator allocator;
  private final List<Hit> hits = new ArrayList<>();
  private @Nullable VectorSchemaRoot copies;

  RankedRows(LanceSnapshot snapshot, List<String> columns, BufferAllocator allocator) {
    this.snapshot = snapshot;
    this.columns = columns;
    this.allocator = allocator;
  }

  void add(VectorSchemaRoot batch, int row) {
    VectorSchemaRoot target = copies;
    if (target == null) {
      target = VectorSchemaRoot.create(schemaFor(batch), allocator);
      target.getFieldVectors().forEach(vector -> vector.setInitialCapacity(64));
      target.allocateNew();
      copies = target;
    }
    int at = hits.size();
    for (FieldVector vector : target.getFieldVectors()) {
      if (!isFilledLater(vector.getName())) {
        vector.copyFromSafe(row, at, batch.getVector(vector.getName()));
      }
    }
    FieldVector rowIds = batch.getVector(ScanRequest.ROW_ID);
    hits.add(new Hit(at, ((UInt8Vector) rowIds).get(row)));
    target.setRowCount(hits.size());
  }

  private static boolean isFilledLater(String column) {
    return column.equals(ScanRequest.SCORE) || column.equals(ScanRequest.ROW_ADDRESS);
  }

  private Schema schemaFor(VectorSchemaRoot batch) {
    List<Field> fields = new ArrayList<>();
    for (String column : columns) {
      fields.add(
          switch (column) {
            case ScanRequest.SCORE ->
                TableSchemas.column(
                    column, true, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
            case ScanRequest.ROW_ADDRESS ->
                TableSchemas.column(column, true, new ArrowType.Int(64, false));
            default -> batch.getVector(column).getField();
          });
    }
    return new Schema(fields);
  }

  /**
   * Takes the rows over into a stream, best first, equals by row id.
   *
   * @param scores of the rows as they were added; null to order by row id alone
   */
  BatchStream finish(float @Nullable [] scores, ScanRequest request) {
    if (scores != null && copies != null) {
      Float4Vector column = (Float4Vector) copies.getVector(ScanRequest.SCORE);
      for (int i = 0; i < scores.length; i++) {
        column.setSafe(i, scores[i]);
      }
    }
    if (columns.contains(ScanRequest.ROW_ADDRESS)) {
      fillAddresses();
    }
    Comparator<Hit> byRowId = (a, b) -> Long.compareUnsigned(a.rowId(), b.rowId());
    hits.sort(
        scores == null
            ? byRowId
            : Comparator.<Hit>comparingDouble(hit -> -scores[hit.row()]).thenComparing(byRowId));
    int from = (int) Math.min(request.offset(), hits.size());
    int to =
        request.limit() < 0 ? hits.size() : (int) Math.min(hits.size(), from + request.limit());
    return new Rows(hits.subList(from, to));
  }

  private void fillAddresses() {
    VectorSchemaRoot target = copies;
    if (target == null) {
      return;
    }
    UInt8Vector addresses = (UInt8Vector) target.getVector(ScanRequest.ROW_ADDRESS);
    long[] rowIds = hits.stream().mapToLong(Hit::rowId).toArray();
    int at = 0;
    try (BatchStream found = snapshot.takeRows(rowIds, List.of(ScanRequest.ROW_ADDRESS))) {
      for (VectorSchemaRoot batch = found.next(); batch != null; batch = found.next()) {
        UInt8Vector some = (UInt8Vector) batch.getVector(0);
        for (int row = 0; row < batch.getRowCount(); row++) {
          addresses.setSafe(at++, some.get(row));
        }
      }
    }
  }

  @Override
  public void close() {
    if (copies != null) {
      copies.close();
      copies = null;
    }
  }

  private final class Rows implements BatchStream {

    private final List<Hit> order;
    private int next;
    private @Nullable VectorSchemaRoot current;

    Rows(List<Hit> order) {
      this.order = order;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
      release();
      VectorSchemaRoot source = copies;
      if (source == null || next == order.size()) {
        return null;
      }
      VectorSchemaRoot batch = VectorSchemaRoot.create(source.getSchema(), allocator);
      current = batch;
      int count = Math.min(BATCH_ROWS, order.size() - next);
      for (int i = 0; i < count; i++) {
        for (int column = 0; column < columns.size(); column++) {
          batch
              .getVector(column)
              .copyFromSafe(order.get(next + i).row(), i, source.getVector(column));
        }
      }
      next += count;
      batch.setRowCount(count);
      return batch;
    }

    private void release() {
      if (current != null) {
        current.close();
        current = null;
      }
    }

    @Override
    public void close() {
      release();
      RankedRows.this.close();
    }
  }
}
