package io.omnigraph.write;

import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** One row of a schema whose values mean nothing, where something has to be written. */
final class OneRow extends ArrowReader {

  private final Schema schema;
  private boolean given;

  OneRow(Schema schema, BufferAllocator allocator) {
    super(allocator);
    this.schema = schema;
  }

  @Override
  protected Schema readSchema() {
    return schema;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    if (given) {
      return false;
    }
    given = true;
    VectorSchemaRoot root = getVectorSchemaRoot();
    root.allocateNew();
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setValueCount(1);
      if (!vector.getField().isNullable()) {
        vector.getValidityBuffer().setByte(0, 1);
      }
    }
    root.setRowCount(1);
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    // There is none.
  }
}
