package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Shows the rows of a {@link RowSource} to the library without copying them. A failure of the
 * source reaches the library as a bare text; {@link #failure()} keeps the original.
 */
final class SourceReader extends ArrowReader {

  private final Schema schema;
  private final BatchStream stream;
  private final VectorSchemaRoot before;
  private @Nullable VectorSchemaRoot current;
  private @Nullable RuntimeException failure;

  SourceReader(BufferAllocator allocator, RowSource rows) {
    super(allocator);
    this.schema = rows.schema();
    this.stream = rows.open(allocator);
    this.before = VectorSchemaRoot.create(schema, allocator);
  }

  @Nullable RuntimeException failure() {
    return failure;
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() {
    return current == null ? before : current;
  }

  @Override
  protected Schema readSchema() {
    return schema;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    try {
      current = stream.next();
      return current != null;
    } catch (RuntimeException e) {
      failure = e;
      throw new IOException("the rows to write could not be read: " + e.getMessage(), e);
    }
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    stream.close();
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() {
    return Map.of();
  }

  @Override
  public void close() {
    before.close();
    stream.close();
  }

  @Override
  public void close(boolean closeReadSource) {
    close();
  }
}
