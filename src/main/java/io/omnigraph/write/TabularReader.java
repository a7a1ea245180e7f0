package io.omnigraph.write;

import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.BlobReader;
import io.omnigraph.storage.SnapshotHandle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of a table in the order of their ids, as batches in the columns of an export. A batch
 * ends after some thousand rows, or some megabytes of blobs. Not thread-safe.
 */
final class TabularReader extends ArrowReader {

  private static final int ROWS_PER_BATCH = 4096;
  private static final long BLOB_BYTES_PER_BATCH = 32L << 20;
  private static final int PIECE_BYTES = 1 << 20;

  private final SnapshotHandle table;
  private final Schema schema;
  private final List<String> columns;
  private final Set<String> blobs;
  private final Set<String> references;
  private final long[] rowIds;
  private int done;

  /**
   * @param references blob properties that hold references
   */
  TabularReader(
      SnapshotHandle table,
      EntityType type,
      TabularFormat format,
      Set<String> references,
      BufferAllocator allocator) {
    super(allocator);
    this.table = table;
    this.references = references;
    this.schema = TabularColumns.of(type, references, format);
    this.columns = schema.getFields().stream().map(Field::getName).toList();
    this.blobs =
        type.properties().stream()
            .filter(TabularColumns::isBlob)
            .map(Property::name)
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    this.rowIds = OrderedRows.of(table).rowIds();
  }

  @Override
  protected Schema readSchema() {
    return schema;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    if (done == rowIds.length) {
      return false;
    }
    // Blobs decide how many rows fit, so few are tried at a time.
    int step = blobs.isEmpty() ? ROWS_PER_BATCH : 64;
    int rows = 0;
    long blobBytes = 0;
    VectorSchemaRoot root = getVectorSchemaRoot();
    root.allocateNew();
    while (done < rowIds.length && rows < ROWS_PER_BATCH && blobBytes < BLOB_BYTES_PER_BATCH) {
      int to = Math.min(rowIds.length, done + Math.min(step, ROWS_PER_BATCH - rows));
      long[] fetch = Arrays.copyOfRange(rowIds, done, to);
      int within = 0;
      try (BatchStream stream = table.takeRows(fetch, columns)) {
        for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
          for (int row = 0; row < batch.getRowCount(); row++) {
            if (blobBytes >= BLOB_BYTES_PER_BATCH) {
              break;
            }
            blobBytes += copyRow(batch, row, root, rows, fetch[within]);
            rows++;
            within++;
          }
        }
      }
      done += within;
    }
    root.setRowCount(rows);
    return true;
  }

  /** Answers the bytes of blobs. */
  private long copyRow(
      VectorSchemaRoot from, int row, VectorSchemaRoot to, int target, long rowId) {
    long bytes = 0;
    for (String column : columns) {
      FieldVector source = from.getVector(column);
      FieldVector out = to.getVector(column);
      if (blobs.contains(column)) {
        bytes += copyBlob(source, row, out, target, rowId, column);
      } else if (source.isNull(row)) {
        while (target >= out.getValueCapacity()) {
          out.reAlloc();
        }
        out.setNull(target);
      } else if (out instanceof TimeStampMilliTZVector instants) {
        instants.setSafe(target, ((DateMilliVector) source).get(row));
      } else if (source instanceof ListVector list
          && list.getDataVector() instanceof DateMilliVector items) {
        copyInstants(list, items, row, (ListVector) out, target);
      } else if (source instanceof FixedSizeListVector vector && out instanceof ListVector list) {
        copyVector(vector, row, list, target);
      } else {
        out.copyFromSafe(row, target, source);
      }
    }
    return bytes;
  }

  private static void copyVector(FixedSizeListVector from, int row, ListVector to, int target) {
    int start = to.startNewValue(target);
    int size = from.getListSize();
    for (int i = 0; i < size; i++) {
      to.getDataVector().copyFromSafe(row * size + i, start + i, from.getDataVector());
    }
    to.endValue(target, size);
  }

  private static void copyInstants(
      ListVector from, DateMilliVector items, int row, ListVector to, int target) {
    int start = to.startNewValue(target);
    TimeStampMilliTZVector out = (TimeStampMilliTZVector) to.getDataVector();
    int first = from.getElementStartIndex(row);
    int count = from.getElementEndIndex(row) - first;
    for (int i = 0; i < count; i++) {
      if (items.isNull(first + i)) {
        while (start + i >= out.getValueCapacity()) {
          out.reAlloc();
        }
        out.setNull(start + i);
      } else {
        out.setSafe(start + i, items.get(first + i));
      }
    }
    to.endValue(target, count);
  }

  private long copyBlob(
      FieldVector source, int row, FieldVector out, int target, long rowId, String column) {
    Optional<String> uri = BlobCells.externalUri(source, row);
    if (uri.isPresent()) {
      ((VarCharVector) out).setSafe(target, uri.get().getBytes(StandardCharsets.UTF_8));
      return 0;
    }
    Optional<BlobReader> cell =
        source.isNull(row) ? Optional.empty() : table.openBlob(rowId, column);
    if (cell.isEmpty()) {
      while (target >= out.getValueCapacity()) {
        out.reAlloc();
      }
      out.setNull(target);
      return 0;
    }
    try (BlobReader payload = cell.get()) {
      if (payload.size() > Integer.MAX_VALUE / 2) {
        throw new ResourceLimitException(
            "resource_limit",
            "a blob of " + payload.size() + " bytes does not fit a column of a tabular file",
            Map.of("resource", "blob_bytes", "actual", payload.size()));
      }
      if (references.contains(column)) {
        String text =
            BlobText.INLINE
                + Base64.getEncoder().encodeToString(payload.read(0, (int) payload.size()));
        ((VarCharVector) out).setSafe(target, text.getBytes(StandardCharsets.UTF_8));
      } else {
        copyPieces(payload, (VarBinaryVector) out, target);
      }
      return payload.size();
    }
  }

  private static void copyPieces(BlobReader payload, VarBinaryVector out, int target) {
    out.setValueLengthSafe(target, (int) payload.size());
    out.setIndexDefined(target);
    long start = out.getStartOffset(target);
    for (long at = 0; at < payload.size(); at += PIECE_BYTES) {
      byte[] piece = payload.read(at, (int) Math.min(PIECE_BYTES, payload.size() - at));
      out.getDataBuffer().setBytes(start + at, piece);
    }
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    // The table stays open with its holder.
  }
}
