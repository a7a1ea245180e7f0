package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of a source under a schema that differs from theirs in metadata only. */
record NumberedRows(RowSource rows, Schema schema) implements RowSource {

  @Override
  public long rowCount() {
    return rows.rowCount();
  }

  @Override
  public BatchStream open(BufferAllocator allocator) {
    BatchStream stream = rows.open(allocator);
    return new BatchStream() {
      @Override
      public @Nullable VectorSchemaRoot next() {
        VectorSchemaRoot batch = stream.next();
        // The vectors stay those of the source, which closes them.
        return batch == null
            ? null
            : new VectorSchemaRoot(
                schema.getFields(), batch.getFieldVectors(), batch.getRowCount());
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }

  /** The source stays open: it belongs to whoever made it. */
  @Override
  public void close() {}
}
