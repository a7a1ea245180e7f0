package io.omnigraph.evolve;

import io.omnigraph.model.Value;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.RowCollector;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of a table in the columns of another schema: renamed ones follow, new ones are null. */
final class RowCopy {

  private final SnapshotHandle table;
  private final Schema columns;

  /** For each target column where it comes from; null if it is new. */
  private final List<@Nullable String> sources = new ArrayList<>();

  private RowCopy(SnapshotHandle table, Schema columns, Map<String, String> renamed) {
    this.table = table;
    this.columns = columns;
    for (Field field : columns.getFields()) {
      String source = renamed.getOrDefault(field.getName(), field.getName());
      boolean known = table.schema().getFields().stream().anyMatch(f -> f.getName().equals(source));
      sources.add(known ? source : null);
    }
  }

  /**
   * Copies; many rows move to a temporary file.
   *
   * @param renamed old names by new ones
   */
  static RowSource of(
      SnapshotHandle table,
      Schema columns,
      Map<String, String> renamed,
      BufferAllocator allocator) {
    return new RowCopy(table, columns, renamed).run(allocator);
  }

  private RowSource run(BufferAllocator allocator) {
    List<String> read = new ArrayList<>();
    for (String source : sources) {
      if (source != null) {
        read.add(source);
      }
    }
    read.add(ScanRequest.ROW_ID);
    try (RowCollector rows = new RowCollector(allocator, columns);
        BatchStream batches = table.scan(ScanRequest.of(read))) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          copy(batch, row, rows);
        }
      }
      return rows.finish();
    }
  }

  private void copy(VectorSchemaRoot batch, int row, RowCollector rows) {
    VectorSchemaRoot open = rows.openBatch();
    int at = rows.openRow();
    for (int i = 0; i < sources.size(); i++) {
      FieldVector target = open.getVector(i);
      String source = sources.get(i);
      if (source == null) {
        Cells.write(target, at, Value.NULL);
      } else if (TableSchemas.isBlob(columns.getFields().get(i))) {
        copyBlob(batch, row, source, (StructVector) target, at);
      } else {
        target.copyFromSafe(row, at, batch.getVector(source));
      }
    }
    rows.endRow();
  }

  /** A scan yields where a payload lies, not the payload. */
  private void copyBlob(
      VectorSchemaRoot batch, int row, String source, StructVector target, int at) {
    FieldVector descriptor = batch.getVector(source);
    if (descriptor.isNull(row)) {
      Cells.write(target, at, Value.NULL);
      return;
    }
    Optional<String> uri = BlobCells.externalUri(descriptor, row);
    if (uri.isPresent()) {
      BlobCells.writeUri(target, at, uri.get());
      return;
    }
    long rowId = ((UInt8Vector) batch.getVector(ScanRequest.ROW_ID)).get(row);
    byte[] payload = table.takeBlobs(new long[] {rowId}, source).get(0);
    if (payload == null) {
      Cells.write(target, at, Value.NULL);
    } else {
      BlobCells.write(target, at, payload);
    }
  }
}
