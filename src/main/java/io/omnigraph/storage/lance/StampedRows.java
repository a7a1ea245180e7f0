package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows under a schema that carries metadata of its own. */
record StampedRows(Schema schema, RowSource rows) implements RowSource {

  @Override
  public long rowCount() {
    return rows.rowCount();
  }

  @Override
  public BatchStream open(BufferAllocator allocator) {
    return rows.open(allocator);
  }

  @Override
  public void close() {
    rows.close();
  }
}
