package io.omnigraph.bench.macro;

import io.omnigraph.bench.SocialGraph;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The social graph as one file of people and one of friendships, in a tabular format. */
final class SocialTables {

  private static final int BATCH_ROWS = 65_536;

  /** Never closed: the writer of Parquet files gives its last buffers back some time later. */
  private static final BufferAllocator ALLOCATOR = new RootAllocator();

  private interface Row {
    void at(VectorSchemaRoot root, int position, int row);
  }

  private interface Output {
    ArrowWriter open(VectorSchemaRoot root) throws IOException;
  }

  private SocialTables() {}

  static void people(Path file, SocialGraph graph, boolean parquet) throws IOException {
    write(
        file,
        parquet,
        new Schema(List.of(text("name"), number("age"))),
        graph.people(),
        (root, at, person) -> {
          set(root, 0, at, graph.name(person));
          ((IntVector) root.getVector(1)).setSafe(at, graph.age(person));
        });
  }

  static void friendships(Path file, SocialGraph graph, boolean parquet) throws IOException {
    write(
        file,
        parquet,
        new Schema(List.of(text("from"), text("to"), number("since"))),
        graph.friendships(),
        (root, at, edge) -> {
          set(root, 0, at, graph.name(graph.from(edge)));
          set(root, 1, at, graph.name(graph.to(edge)));
          ((IntVector) root.getVector(2)).setSafe(at, graph.since(edge));
        });
  }

  private static void write(Path file, boolean parquet, Schema schema, int rows, Row fill)
      throws IOException {
    if (!parquet) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        fill(schema, rows, fill, root -> new ArrowFileWriter(root, null, channel));
      }
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fill(schema, rows, fill, root -> new ArrowStreamWriter(root, null, bytes));
    Path folder = Files.createDirectory(file.resolveSibling(file.getFileName() + ".parts"));
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), ALLOCATOR)) {
      DatasetFileWriter.write(ALLOCATOR, reader, FileFormat.PARQUET, folder.toUri().toString());
    }
    try (var files = Files.list(folder)) {
      Files.move(files.findFirst().orElseThrow(), file);
    }
  }

  private static void fill(Schema schema, int rows, Row fill, Output output) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, ALLOCATOR);
        ArrowWriter writer = output.open(root)) {
      for (int from = 0; from < rows; from += BATCH_ROWS) {
        int count = Math.min(BATCH_ROWS, rows - from);
        root.allocateNew();
        for (int i = 0; i < count; i++) {
          fill.at(root, i, from + i);
        }
        root.setRowCount(count);
        writer.writeBatch();
      }
    }
  }

  private static void set(VectorSchemaRoot root, int column, int row, String value) {
    ((VarCharVector) root.getVector(column)).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
  }

  private static Field text(String name) {
    return Field.nullable(name, ArrowType.Utf8.INSTANCE);
  }

  private static Field number(String name) {
    return Field.nullable(name, new ArrowType.Int(32, true));
  }
}
