package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.TableAddress;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** Batches of a Lance reader, cut to the requested columns in the requested order. */
final class ReaderStream implements BatchStream {

  private final TableAddress address;
  private final @Nullable AutoCloseable scanner;
  private final ArrowReader reader;
  private final List<String> columns;
  private boolean closed;

  ReaderStream(
      TableAddress address,
      @Nullable AutoCloseable scanner,
      ArrowReader reader,
      List<String> columns) {
    this.address = address;
    this.scanner = scanner;
    this.reader = reader;
    this.columns = columns;
  }

  @Override
  public @Nullable VectorSchemaRoot next() {
    try {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        if (batch.getRowCount() > 0) {
          return requested(batch);
        }
      }
      return null;
    } catch (Exception e) {
      throw LanceErrors.translate(e, "read rows of", address);
    }
  }

  /** The library adds columns of its own, such as the score of a search. */
  private VectorSchemaRoot requested(VectorSchemaRoot batch) {
    List<FieldVector> vectors = columns.stream().map(batch::getVector).toList();
    return vectors.equals(batch.getFieldVectors())
        ? batch
        : new VectorSchemaRoot(
            vectors.stream().map(FieldVector::getField).toList(), vectors, batch.getRowCount());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (AutoCloseable first = scanner) {
      reader.close();
    } catch (Exception e) {
      throw LanceErrors.translate(e, "finish reading rows of", address);
    }
  }
}
