package io.omnigraph.storage;

import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Shortcuts between lists of values and Arrow batches, for small row sets. Stateless. */
public final class RowBatches {

  private RowBatches() {}

  /** A source of the given rows, values in column order; the caller closes it. */
  public static RowSource sourceOf(
      BufferAllocator allocator, Schema schema, List<? extends List<Value>> rows) {
    try (RowCollector collector = new RowCollector(allocator, schema)) {
      rows.forEach(collector::add);
      return collector.finish();
    }
  }

  /** Reads and closes a stream; one list of values per row, in column order. */
  public static List<List<Value>> readAll(BatchStream stream) {
    List<List<Value>> rows = new ArrayList<>();
    try (stream) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          rows.add(readRow(batch, row));
        }
      }
    }
    return rows;
  }

  public static List<Value> readRow(VectorSchemaRoot batch, int row) {
    List<Value> values = new ArrayList<>(batch.getFieldVectors().size());
    for (FieldVector vector : batch.getFieldVectors()) {
      values.add(Cells.read(vector, row));
    }
    return values;
  }
}
