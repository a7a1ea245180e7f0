package io.omnigraph.write;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.StorageException;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.SnapshotHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes the rows of one table as a Parquet or Arrow file that loads back into the same rows: the
 * columns {@code id}, for edges {@code src} and {@code dst}, and the properties; rows by id. Memory
 * follows the number of rows only by their ids.
 */
public final class TabularExporter {

  private static final int ROWS_PER_LOOK = 8192;

  private TabularExporter() {}

  /**
   * Writes a file, replacing what is there; of a table without rows one with its columns.
   *
   * @param table stays open
   * @return the number of rows
   * @throws StorageException if the file cannot be written
   */
  public static long write(
      SnapshotHandle table,
      EntityType type,
      TabularFormat format,
      Path file,
      BufferAllocator allocator) {
    Set<String> references = references(table, type);
    try (BufferAllocator own = allocator.newChildAllocator("columns to write", 0, Long.MAX_VALUE);
        Released released = new Released(own);
        TabularReader rows = new TabularReader(table, type, format, references, own)) {
      switch (format) {
        case ARROW -> arrow(rows, file);
        case PARQUET -> {
          if (table.countRows() > 0) {
            parquet(rows, file, own);
          } else {
            emptyParquet(rows.getVectorSchemaRoot().getSchema(), file, own);
          }
        }
      }
      return table.countRows();
    } catch (IOException e) {
      throw new StorageException(
          "output_unwritable",
          "cannot write " + file.getFileName() + ": " + e.getMessage(),
          Map.of("file", String.valueOf(file.getFileName())),
          e);
    }
  }

  /**
   * Waits at its close until the native writer, whose threads outlive the call that started them,
   * has given back what it was lent.
   */
  private record Released(BufferAllocator lender) implements AutoCloseable {

    private static final int LOOKS = 10_000;

    @Override
    public void close() {
      for (int look = 0; look < LOOKS && lender.getAllocatedMemory() > 0; look++) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static void arrow(TabularReader rows, Path file) throws IOException {
    VectorSchemaRoot root = rows.getVectorSchemaRoot();
    try (OutputStream out = Files.newOutputStream(file);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
      writer.start();
      while (rows.loadNextBatch()) {
        writer.writeBatch();
      }
      writer.end();
    }
  }

  private static void emptyParquet(Schema schema, Path file, BufferAllocator allocator)
      throws IOException {
    try (OneRow row = new OneRow(schema, allocator)) {
      parquet(row, file, allocator);
    }
    ParquetFooter.dropRows(file);
  }

  /** The library writes a folder of files; there is one. */
  private static void parquet(ArrowReader rows, Path file, BufferAllocator allocator)
      throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path folder = Files.createTempDirectory(parent, ".parquet-");
    try {
      writeFolder(rows, folder, allocator);
      List<Path> parts;
      try (Stream<Path> listed = Files.list(folder)) {
        parts = listed.toList();
      }
      if (parts.size() != 1) {
        throw new IOException("expected one Parquet file, found " + parts.size());
      }
      Files.move(parts.get(0), file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      deleteFolder(folder);
    }
  }

  private static void writeFolder(ArrowReader rows, Path folder, BufferAllocator allocator)
      throws IOException {
    try {
      DatasetFileWriter.write(
          allocator,
          rows,
          FileFormat.PARQUET,
          folder.toUri().toString(),
          new String[0],
          1,
          "part-{i}.parquet");
    } catch (RuntimeException e) {
      if (e instanceof GraphException) {
        throw e;
      }
      // The library throws nothing more telling.
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void deleteFolder(Path folder) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      for (Path part : left.toList()) {
        Files.deleteIfExists(part);
      }
    }
    Files.deleteIfExists(folder);
  }

  /** The blob properties of which some cell refers to another place. */
  private static Set<String> references(SnapshotHandle table, EntityType type) {
    List<String> blobs =
        type.properties().stream().filter(TabularColumns::isBlob).map(Property::name).toList();
    Set<String> found = new HashSet<>();
    if (blobs.isEmpty()) {
      return found;
    }
    long[] rowIds = TableExport.allRows(table);
    for (int from = 0; from < rowIds.length; from += ROWS_PER_LOOK) {
      long[] some =
          java.util.Arrays.copyOfRange(rowIds, from, Math.min(rowIds.length, from + ROWS_PER_LOOK));
      try (BatchStream stream = table.takeRows(some, blobs)) {
        for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
          for (String blob : blobs) {
            FieldVector cells = batch.getVector(blob);
            for (int row = 0; row < batch.getRowCount(); row++) {
              if (BlobCells.externalUri(cells, row).isPresent()) {
                found.add(blob);
              }
            }
          }
        }
      }
    }
    return found;
  }
}
