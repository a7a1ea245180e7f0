package io.omnigraph.storage;

import io.omnigraph.model.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Rows in a temporary Arrow IPC file, which is deleted on close. */
final class SpilledRowSource implements RowSource {

  private final Schema schema;
  private final Path file;
  private final long rowCount;

  SpilledRowSource(Schema schema, Path file, long rowCount) {
    this.schema = schema;
    this.file = file;
    this.rowCount = rowCount;
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
  public BatchStream open(BufferAllocator allocator) {
    try {
      return new FileStream(
          new ArrowStreamReader(
              new BufferedInputStream(Files.newInputStream(file), 1 << 20), allocator));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public void close() {
    delete(file);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StorageException(
          "spill_failed",
          "cannot delete the temporary file " + file + ": " + e.getMessage(),
          Map.of("file", file.toString()),
          e);
    }
  }

  private StorageException unreadable(IOException cause) {
    return new StorageException(
        "spill_failed",
        "cannot read rows from the temporary file " + file + ": " + cause.getMessage(),
        Map.of("file", file.toString()),
        cause);
  }

  private final class FileStream implements BatchStream {

    private final ArrowStreamReader reader;

    FileStream(ArrowStreamReader reader) {
      this.reader = reader;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
      try {
        while (reader.loadNextBatch()) {
          VectorSchemaRoot batch = reader.getVectorSchemaRoot();
          if (batch.getRowCount() > 0) {
            return batch;
          }
        }
        return null;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }
}
