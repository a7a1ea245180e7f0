package io.omnigraph.storage;

import io.omnigraph.model.StorageException;
import io.omnigraph.model.Value;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows into batches and hands them over as a {@link RowSource}. Rows stay in memory up to
 * a budget; beyond it all of them move to a temporary Arrow IPC file, so a load may be far larger
 * than the heap. Not thread-safe. Close it if {@link #finish} was not reached; afterwards closing
 * does nothing.
 */
public final class RowCollector implements AutoCloseable {

  /** Rows per batch. */
  public static final int BATCH_ROWS = 8192;

  /** Bytes in memory before rows move to disk, unless told otherwise. */
  public static final long DEFAULT_MEMORY_BYTES = 128L << 20;

  private static final long BATCH_BYTES = 16L << 20;

  private final BufferAllocator allocator;
  private final BufferAllocator counted;
  private final Schema schema;
  private final long memoryBytes;
  private final List<VectorSchemaRoot> sealed = new ArrayList<>();
  private @Nullable VectorSchemaRoot open;
  private int openRows;
  private long bytesBeforeOpen;
  private long rowCount;
  private @Nullable Path spillFile;
  private @Nullable OutputStream spillStream;
  private @Nullable VectorSchemaRoot spillRoot;
  private @Nullable ArrowStreamWriter spillWriter;
  private boolean finished;

  public RowCollector(BufferAllocator parent, Schema schema) {
    this(parent, schema, DEFAULT_MEMORY_BYTES);
  }

  /**
   * @param parent allocator under which a child is made for the rows
   * @param memoryBytes bytes of Arrow memory to fill before moving to disk
   */
  public RowCollector(BufferAllocator parent, Schema schema, long memoryBytes) {
    this(parent, schema, memoryBytes, false);
  }

  private RowCollector(
      BufferAllocator parent, Schema schema, long memoryBytes, boolean sharesMemory) {
    this.allocator = parent.newChildAllocator("rows", 0, Long.MAX_VALUE);
    this.counted = sharesMemory ? parent : allocator;
    this.schema = schema;
    this.memoryBytes = memoryBytes;
  }

  /**
   * A collector that shares its memory with others: rows move to disk once everything under the
   * parent allocator takes more than {@code memoryBytes}.
   */
  public static RowCollector sharing(BufferAllocator parent, Schema schema, long memoryBytes) {
    return new RowCollector(parent, schema, memoryBytes, true);
  }

  public Schema schema() {
    return schema;
  }

  public long rowCount() {
    return rowCount;
  }

  /** Adds one row; the values are in column order. */
  public void add(List<Value> values) {
    if (values.size() != schema.getFields().size()) {
      throw new IllegalArgumentException(
          values.size() + " values for " + schema.getFields().size() + " columns");
    }
    VectorSchemaRoot batch = openBatch();
    for (int column = 0; column < values.size(); column++) {
      Cells.write(batch.getVector(column), openRows, values.get(column));
    }
    endRow();
  }

  /**
   * Copies one row of a batch; columns are matched by name and type. A blob column cannot be copied
   * from a scan, which yields descriptors; write such rows by value.
   */
  public void addFrom(VectorSchemaRoot source, int row) {
    copyRow(source, row);
    endRow();
  }

  /** As {@link #addFrom}, but leaves the row open, so that cells may be written again. */
  public void copyRow(VectorSchemaRoot source, int row) {
    VectorSchemaRoot batch = openBatch();
    for (Field field : schema.getFields()) {
      FieldVector target = batch.getVector(field.getName());
      target.copyFromSafe(row, openRows, source.getVector(field.getName()));
    }
  }

  /** Copies every row of a batch. */
  public void addAll(VectorSchemaRoot source) {
    for (int row = 0; row < source.getRowCount(); row++) {
      addFrom(source, row);
    }
  }

  /** Hands the rows over; the caller closes the source. The collector is finished. */
  public RowSource finish() {
    seal();
    finished = true;
    if (spillWriter == null) {
      return new BatchRowSource(schema, List.copyOf(sealed), rowCount, allocator);
    }
    Path file = Objects.requireNonNull(spillFile, "a writer has a file");
    try {
      spillWriter.end();
    } catch (IOException e) {
      finished = false;
      throw spillFailed(e);
    }
    closeSpill();
    allocator.close();
    return new SpilledRowSource(schema, file, rowCount);
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    finished = true;
    if (open != null) {
      open.close();
    }
    sealed.forEach(VectorSchemaRoot::close);
    Path file = spillFile;
    closeSpill();
    allocator.close();
    if (file != null) {
      SpilledRowSource.delete(file);
    }
  }

  /**
   * The batch of the row that is being built, for callers that write cells themselves: every cell
   * of row {@link #openRow}, then {@link #endRow}. A row that is not ended is overwritten by the
   * next.
   */
  public VectorSchemaRoot openBatch() {
    if (finished) {
      throw new IllegalStateException("already finished");
    }
    VectorSchemaRoot batch = open;
    if (batch == null) {
      bytesBeforeOpen = allocator.getAllocatedMemory();
      batch = VectorSchemaRoot.create(schema, allocator);
      batch.getFieldVectors().forEach(v -> v.setInitialCapacity(16));
      batch.allocateNew();
      open = batch;
      openRows = 0;
    }
    return batch;
  }

  /** Index of the row that is being built in {@link #openBatch}. */
  public int openRow() {
    return open == null ? 0 : openRows;
  }

  /** Counts the row that was built. */
  public void endRow() {
    openRows++;
    rowCount++;
    if (openRows == BATCH_ROWS || openBytes() >= BATCH_BYTES) {
      seal();
    }
  }

  /** Asking the vectors for their buffers would reset the writer's place in them. */
  private long openBytes() {
    return allocator.getAllocatedMemory() - bytesBeforeOpen;
  }

  private void seal() {
    VectorSchemaRoot batch = open;
    if (batch == null) {
      return;
    }
    batch.setRowCount(openRows);
    open = null;
    sealed.add(batch);
    if (spillWriter != null || counted.getAllocatedMemory() > memoryBytes) {
      spill();
    }
  }

  private void spill() {
    try {
      if (spillWriter == null) {
        Path file = Files.createTempFile("omnigraph-rows-", ".arrow");
        spillFile = file;
        spillStream = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
        spillRoot = VectorSchemaRoot.create(schema, allocator);
        spillWriter =
            new ArrowStreamWriter(
                spillRoot, null, java.nio.channels.Channels.newChannel(spillStream));
        spillWriter.start();
      }
      VectorSchemaRoot root = Objects.requireNonNull(spillRoot, "a writer has a root");
      for (VectorSchemaRoot batch : sealed) {
        try (var record = new org.apache.arrow.vector.VectorUnloader(batch).getRecordBatch()) {
          new org.apache.arrow.vector.VectorLoader(root).load(record);
          spillWriter.writeBatch();
          root.clear();
        }
        batch.close();
      }
      sealed.clear();
    } catch (IOException e) {
      throw spillFailed(e);
    }
  }

  private StorageException spillFailed(IOException cause) {
    return new StorageException(
        "spill_failed",
        "cannot write rows to the temporary file "
            + spillFile
            + ": "
            + cause.getMessage()
            + " (java.io.tmpdir decides where it lives)",
        Map.of("file", String.valueOf(spillFile)),
        cause);
  }

  private void closeSpill() {
    try {
      if (spillWriter != null) {
        spillWriter.close();
      }
      if (spillStream != null) {
        spillStream.close();
      }
    } catch (IOException e) {
      throw spillFailed(e);
    } finally {
      if (spillRoot != null) {
        spillRoot.close();
      }
      spillWriter = null;
      spillStream = null;
      spillRoot = null;
      spillFile = null;
    }
  }
}
