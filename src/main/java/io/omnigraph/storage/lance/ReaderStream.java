package io.omnigraph.storage.lance;

import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.storage.BatchStream;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.AllocationReservation;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** Batches of a Lance reader, cut to the requested columns in the requested order. */
final class ReaderStream implements BatchStream {

  private final LanceSnapshot snapshot;
  private final @Nullable AutoCloseable scanner;
  private final ArrowReader reader;
  private final List<String> columns;
  private final @Nullable BufferAllocator charged;
  private @Nullable AllocationReservation charge;
  private boolean closed;

  /**
   * @param scanner closed with the stream; null if there is none
   * @param charged whose limit the current batch counts against; null for none. The buffers
   *     themselves belong to the storage's allocator, because a batch that breaks the limit while
   *     it is imported leaks
   */
  ReaderStream(
      LanceSnapshot snapshot,
      @Nullable AutoCloseable scanner,
      ArrowReader reader,
      List<String> columns,
      @Nullable BufferAllocator charged) {
    this.snapshot = snapshot;
    this.scanner = scanner;
    this.reader = reader;
    this.columns = columns;
    this.charged = charged;
  }

  @Override
  public @Nullable VectorSchemaRoot next() {
    release();
    try {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        if (batch.getRowCount() > 0) {
          VectorSchemaRoot cut = requested(batch);
          charge(cut);
          return cut;
        }
      }
      return null;
    } catch (Exception e) {
      throw snapshot.readFailed(e, "read rows of");
    }
  }

  private void charge(VectorSchemaRoot batch) {
    if (charged == null) {
      return;
    }
    long bytes = batch.getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
    AllocationReservation reservation = charged.newReservation();
    charge = reservation;
    if (!reservation.add(bytes)) {
      throw new ResourceLimitException(
          "memory_limit",
          "the memory limit of the request is used up: a batch of "
              + snapshot.address()
              + " takes "
              + bytes
              + " bytes",
          Map.of("location", snapshot.address().toString(), "bytes", bytes));
    }
  }

  private void release() {
    if (charge != null) {
      charge.close();
      charge = null;
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
    release();
    try (AutoCloseable first = scanner) {
      reader.close();
    } catch (Exception e) {
      throw snapshot.readFailed(e, "finish reading rows of");
    }
  }
}
