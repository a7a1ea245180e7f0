package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one table in the order of their ids. */
final class TableExport implements AutoCloseable {

  private static final int ROWS_PER_FETCH = 4096;

  private final EntityType type;
  private final SnapshotHandle table;
  private final boolean edges;
  private final List<String> columns = new ArrayList<>();
  private final boolean blobs;
  private byte[] scratch = new byte[256];
  private boolean begun;

  /** One scan gives the rows in their order. */
  private boolean whole;

  private long[] rowIds = {};
  private int next;
  private long[] fetch = {};
  private int done;
  private @Nullable BatchStream stream;

  /** What {@link #stream} has handed out last; valid until it is asked for more. */
  private @Nullable VectorSchemaRoot batch;

  private int row;

  TableExport(EntityType type, SnapshotHandle table) {
    this.type = type;
    this.table = table;
    this.edges = type.tableKey().isEdge();
    columns.add(TableSchemas.ID);
    if (edges) {
      columns.add(TableSchemas.SRC);
      columns.add(TableSchemas.DST);
    }
    type.properties().forEach(p -> columns.add(p.name()));
    this.blobs = type.properties().stream().anyMatch(p -> p.type().scalar() == ScalarType.BLOB);
  }

  /**
   * Writes some rows in the order of their ids, of one batch.
   *
   * @param full true when what was written is enough; asked behind every row
   * @return how many; 0 at the end
   */
  int writeSome(JsonGenerator json, BooleanSupplier full) throws IOException {
    if (!begun) {
      begun = true;
      OrderedRows rows = OrderedRows.of(table);
      whole = rows.inTableOrder() && !blobs;
      rowIds = rows.rowIds();
    }
    VectorSchemaRoot rows = rest();
    if (rows == null) {
      return 0;
    }
    int from = row;
    do {
      writeRow(json, rows, row, blobs ? fetch[done + row] : -1);
      row++;
    } while (row < rows.getRowCount() && !full.getAsBoolean());
    return row - from;
  }

  /** A batch with rows from {@link #row} on; null at the end. */
  private @Nullable VectorSchemaRoot rest() {
    while (true) {
      VectorSchemaRoot current = batch;
      if (current != null && row < current.getRowCount()) {
        return current;
      }
      if (current != null) {
        done += current.getRowCount();
      }
      row = 0;
      batch = null;
      BatchStream open = stream;
      if (open == null) {
        if (!openNext()) {
          return null;
        }
        continue;
      }
      batch = open.next();
      if (batch == null) {
        close();
      }
    }
  }

  private boolean openNext() {
    done = 0;
    if (next >= rowIds.length) {
      return false;
    }
    if (whole) {
      next = rowIds.length;
      stream = table.scan(ScanRequest.of(columns));
      return true;
    }
    fetch = Arrays.copyOfRange(rowIds, next, Math.min(rowIds.length, next + ROWS_PER_FETCH));
    next += fetch.length;
    stream = table.takeRows(fetch, columns);
    return true;
  }

  /** Gives up what {@link #writeSome} has not written. */
  @Override
  public void close() {
    BatchStream open = stream;
    stream = null;
    batch = null;
    if (open != null) {
      open.close();
    }
  }

  /** Writes some rows, in the order of their row ids as given. */
  void writeRows(JsonGenerator json, long[] rows) throws IOException {
    for (int from = 0; from < rows.length; from += ROWS_PER_FETCH) {
      long[] fetch = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + ROWS_PER_FETCH));
      writeAll(json, table.takeRows(fetch, columns), fetch);
    }
  }

  /** The row ids of all rows, in table order. */
  static long[] allRows(SnapshotHandle table) {
    LongArrayList rows = new LongArrayList();
    try (BatchStream batches = table.scan(ScanRequest.of(ScanRequest.ROW_ID))) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          rows.add(Rows.rowId(batch, row));
        }
      }
    }
    return rows.toLongArray();
  }

  /** What is told of every row. */
  interface DigestVisitor {
    void row(long rowId, String id, TableDiff.RowDigest digest);
  }

  /** Digests every row. */
  void digest(DigestVisitor visitor) {
    MessageDigest sha = Digests.sha256();
    try (JsonGenerator json =
        Digests.generator(new DigestOutputStream(OutputStream.nullOutputStream(), sha))) {
      try (BatchStream ids = table.scan(ScanRequest.of(TableSchemas.ID, ScanRequest.ROW_ID))) {
        for (VectorSchemaRoot batch = ids.next(); batch != null; batch = ids.next()) {
          for (int row = 0; row < batch.getRowCount(); row++) {
            // One at a time: the digest ends with the row.
            long[] one = {Rows.rowId(batch, row)};
            writeAll(json, table.takeRows(one, columns), one);
            json.flush();
            ByteBuffer bytes = ByteBuffer.wrap(sha.digest());
            visitor.row(
                one[0],
                Rows.id(batch, row),
                new TableDiff.RowDigest(bytes.getLong(), bytes.getLong()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param rowIds the stable ids of the rows in the order of the stream; needed for blobs only
   */
  private void writeAll(JsonGenerator json, BatchStream stream, long[] rowIds) throws IOException {
    try (stream) {
      int done = 0;
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        int rows = batch.getRowCount();
        for (int row = 0; row < rows; row++) {
          writeRow(json, batch, row, blobs ? rowIds[done + row] : -1);
        }
        done += rows;
      }
    }
  }

  private void writeRow(JsonGenerator json, VectorSchemaRoot batch, int row, long rowId)
      throws IOException {
    json.writeStartObject();
    json.writeStringField(edges ? "edge" : "type", type.name());
    if (edges) {
      writeText(json, "from", Rows.sources(batch), row);
      writeText(json, "to", Rows.destinations(batch), row);
    }
    json.writeObjectFieldStart("data");
    writeText(json, "id", Rows.ids(batch), row);
    for (Property property : type.properties()) {
      FieldVector cells = batch.getVector(property.name());
      json.writeFieldName(property.name());
      if (cells.isNull(row)) {
        json.writeNull();
      } else if (property.type().scalar() == ScalarType.BLOB) {
        StoredBlobs.write(json, table, cells, row, rowId);
      } else if (cells instanceof VarCharVector text) {
        writeUtf8(json, text, row);
      } else {
        JsonCells.write(json, cells, row);
      }
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeText(JsonGenerator json, String name, VarCharVector cells, int row)
      throws IOException {
    json.writeFieldName(name);
    writeUtf8(json, cells, row);
  }

  private void writeUtf8(JsonGenerator json, VarCharVector cells, int row) throws IOException {
    int start = cells.getStartOffset(row);
    int length = cells.getEndOffset(row) - start;
    if (length > scratch.length) {
      scratch = new byte[Math.max(length, scratch.length * 2)];
    }
    cells.getDataBuffer().getBytes(start, scratch, 0, length);
    json.writeUTF8String(scratch, 0, length);
  }
}
