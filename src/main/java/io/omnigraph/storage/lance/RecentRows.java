package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.TableSchemas;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.lance.FragmentMetadata;

/**
 * The rows of small files that this process wrote lately, so that what is derived from a table can
 * follow a small commit without a scan. Named by the data file, whose content never changes, and by
 * the field ids of the table, because a column that was dropped and added again is another one of
 * the same name. Thread-safe.
 */
final class RecentRows {

  private static final int MOST_ROWS = 2_048;
  private static final int MOST_FILE_BYTES = 512 << 10;
  private static final long MOST_BYTES = 16L << 20;
  private static final Field ADDRESS =
      new Field(ScanRequest.ROW_ADDRESS, FieldType.nullable(new ArrowType.Int(64, false)), null);

  private record Rows(byte[] stream, int count, long[] fieldIds) {}

  private final BufferAllocator allocator;
  private final Map<String, Rows> files = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  RecentRows(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Keeps the rows that were written as one small file. */
  void remember(LanceSnapshot base, List<FragmentMetadata> written, RowSource rows) {
    if (written.size() != 1
        || rows.rowCount() > MOST_ROWS
        || written.get(0).getFiles().size() != 1
        || TableSchemas.hasBlob(base.schema())
        || !names(rows.schema()).equals(names(base.schema()))) {
      return;
    }
    byte[] stream = serialize(rows);
    if (stream == null) {
      return;
    }
    Rows kept = new Rows(stream, (int) rows.rowCount(), base.fieldIds());
    synchronized (files) {
      files.put(written.get(0).getFiles().get(0).getPath(), kept);
      bytes += stream.length;
      var oldest = files.entrySet().iterator();
      while (bytes > MOST_BYTES && oldest.hasNext()) {
        bytes -= oldest.next().getValue().stream().length;
        oldest.remove();
      }
    }
  }

  private byte @Nullable [] serialize(RowSource rows) {
    var out = new ByteArrayOutputStream();
    try (BatchStream batches = rows.open(allocator)) {
      ArrowStreamWriter writer = null;
      VectorSchemaRoot root = null;
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        if (root != null && root != batch) {
          return null; // an IPC stream is written from one root; small sources have one batch
        }
        if (writer == null) {
          root = batch;
          writer = new ArrowStreamWriter(batch, null, Channels.newChannel(out));
          writer.start();
        }
        writer.writeBatch();
        if (out.size() > MOST_FILE_BYTES) {
          return null;
        }
      }
      if (writer == null) {
        return null;
      }
      writer.end();
      return out.toByteArray();
    } catch (IOException e) {
      throw LanceErrors.translate(e, "keep", "rows in memory");
    }
  }

  /** A scan of whole fragments that are all here, undiminished; empty if it needs the library. */
  Optional<BatchStream> scan(LanceSnapshot snapshot, ScanRequest request, BufferAllocator target) {
    List<Integer> wanted = request.fragments();
    if (wanted == null
        || wanted.isEmpty()
        || request.filter() != null
        || request.nearest() != null
        || request.limit() >= 0
        || request.offset() > 0) {
      return Optional.empty();
    }
    List<Integer> ids = wanted.stream().sorted().distinct().toList();
    List<Rows> found = new ArrayList<>();
    for (int id : ids) {
      Rows rows =
          snapshot
              .fragment(id)
              .filter(f -> f.deletedRows() == 0)
              .map(FragmentInfo::dataFile)
              .map(this::rowsOf)
              .orElse(null);
      if (rows == null || !Arrays.equals(rows.fieldIds(), snapshot.fieldIds())) {
        return Optional.empty();
      }
      found.add(rows);
    }
    Schema schema = snapshot.schema();
    for (String column : request.columns()) {
      if (!column.equals(ScanRequest.ROW_ADDRESS) && !has(schema, column)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Stream(request.columns(), ids, found, target));
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Field::getName).toList();
  }

  private static boolean has(Schema schema, String column) {
    return schema.getFields().stream().anyMatch(f -> f.getName().equals(column));
  }

  private @Nullable Rows rowsOf(String file) {
    synchronized (files) {
      return files.get(file);
    }
  }

  /** One batch per file and written batch. */
  private static final class Stream implements BatchStream {
    private final List<String> columns;
    private final List<Integer> fragments;
    private final List<Rows> files;
    private final BufferAllocator allocator;
    private int next;
    private int offset;
    private @Nullable ArrowStreamReader reader;
    private @Nullable UInt8Vector addresses;

    private Stream(
        List<String> columns,
        List<Integer> fragments,
        List<Rows> files,
        BufferAllocator allocator) {
      this.columns = columns;
      this.fragments = fragments;
      this.files = files;
      this.allocator = allocator;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
      freeAddresses();
      try {
        while (true) {
          if (reader == null) {
            if (next == files.size()) {
              return null;
            }
            reader =
                new ArrowStreamReader(
                    new ByteArrayInputStream(files.get(next++).stream()), allocator);
            offset = 0;
          }
          if (reader.loadNextBatch()) {
            return cut(reader.getVectorSchemaRoot());
          }
          reader.close();
          reader = null;
        }
      } catch (IOException e) {
        throw LanceErrors.translate(e, "read", "rows in memory");
      }
    }

    private VectorSchemaRoot cut(VectorSchemaRoot batch) {
      int rows = batch.getRowCount();
      List<FieldVector> vectors = new ArrayList<>();
      for (String column : columns) {
        vectors.add(
            column.equals(ScanRequest.ROW_ADDRESS) ? addresses(rows) : batch.getVector(column));
      }
      offset += rows;
      return new VectorSchemaRoot(
          vectors.stream().map(FieldVector::getField).toList(), vectors, rows);
    }

    private UInt8Vector addresses(int rows) {
      freeAddresses();
      UInt8Vector made = (UInt8Vector) ADDRESS.createVector(allocator);
      addresses = made;
      made.allocateNew(rows);
      long first = (long) fragments.get(next - 1) << 32;
      for (int i = 0; i < rows; i++) {
        made.set(i, first | (offset + i));
      }
      made.setValueCount(rows);
      return made;
    }

    private void freeAddresses() {
      if (addresses != null) {
        addresses.close();
        addresses = null;
      }
    }

    @Override
    public void close() {
      freeAddresses();
      try {
        if (reader != null) {
          reader.close();
          reader = null;
        }
      } catch (IOException e) {
        throw LanceErrors.translate(e, "finish reading", "rows in memory");
      }
    }
  }
}
