package io.omnigraph.storage;

import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Rows held in memory. Owns the batches and their allocator. */
final class BatchRowSource implements RowSource {

  private final Schema schema;
  private final List<VectorSchemaRoot> batches;
  private final long rowCount;
  private final BufferAllocator allocator;
  private boolean closed;

  BatchRowSource(
      Schema schema, List<VectorSchemaRoot> batches, long rowCount, BufferAllocator allocator) {
    this.schema = schema;
    this.batches = batches;
    this.rowCount = rowCount;
    this.allocator = allocator;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rowCount() {
    return rowCount;
  }

  @Override
  public BatchStream open(BufferAllocator ignored) {
    Iterator<VectorSchemaRoot> remaining = batches.iterator();
    return new BatchStream() {
      @Override
      public @Nullable VectorSchemaRoot next() {
        return remaining.hasNext() ? remaining.next() : null;
      }

      @Override
      public void close() {
        // The source owns the batches.
      }
    };
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      batches.forEach(VectorSchemaRoot::close);
      allocator.close();
    }
  }
}
