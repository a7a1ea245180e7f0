package io.omnigraph.storage;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows to be written, readable more than once (a group re-stages, a fork moves the target). The
 * source owns what it hands out: batches stay valid until the returned stream is closed.
 */
public interface RowSource extends AutoCloseable {

  Schema schema();

  long rowCount();

  /** A fresh pass over the rows. */
  BatchStream open(BufferAllocator allocator);

  @Override
  void close();

  /** No rows of a schema. */
  static RowSource empty(Schema schema) {
    return new RowSource() {
      @Override
      public Schema schema() {
        return schema;
      }

      @Override
      public long rowCount() {
        return 0;
      }

      @Override
      public BatchStream open(BufferAllocator allocator) {
        return new BatchStream() {
          @Override
          public @org.jspecify.annotations.Nullable VectorSchemaRoot next() {
            return null;
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public void close() {}
    };
  }
}
