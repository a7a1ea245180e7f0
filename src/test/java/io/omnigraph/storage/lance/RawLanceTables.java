package io.omnigraph.storage.lance;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.operation.Append;

/** Bare Lance tables that get one row per commit: what three commits cost at the least. */
public final class RawLanceTables implements AutoCloseable {

  private static final Schema SCHEMA =
      new Schema(List.of(text("id"), text("src"), text("dst"), text("note")));

  private final BufferAllocator allocator = new RootAllocator();
  private final List<Dataset> tables = new ArrayList<>();
  private long number;

  public RawLanceTables(Path folder, int count) {
    for (int i = 0; i < count; i++) {
      tables.add(
          Dataset.create(
              allocator,
              folder.resolve("table-" + i).toString(),
              SCHEMA,
              new WriteParams.Builder()
                  .withMode(WriteParams.WriteMode.CREATE)
                  .withEnableStableRowIds(true)
                  .withDataStorageVersion("2.2")
                  .build()));
    }
  }

  private static Field text(String name) {
    return new Field(name, FieldType.nullable(ArrowType.Utf8.INSTANCE), null);
  }

  /** Stages one row for each table and commits it, one table after the other. */
  public void commitToEach() {
    number++;
    tables.replaceAll(this::append);
  }

  private Dataset append(Dataset table) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      byte[] value = ("row-" + number).getBytes(StandardCharsets.UTF_8);
      root.getFieldVectors().forEach(v -> ((VarCharVector) v).setSafe(0, value));
      root.setRowCount(1);
      return append(table, root, allocator);
    }
  }

  /** Commits the rows of a batch as one more file; closes the table it was given. */
  static Dataset append(Dataset table, VectorSchemaRoot rows, BufferAllocator allocator) {
    List<FragmentMetadata> fragments =
        Fragment.write()
            .datasetUri(table.uri())
            .allocator(allocator)
            .data(rows)
            .mode(WriteParams.WriteMode.APPEND)
            .enableStableRowIds(true)
            .dataStorageVersion("2.2")
            .execute();
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(table.version())
            .operation(Append.builder().fragments(fragments).build())
            .build()) {
      Dataset next = new CommitBuilder(table).execute(transaction);
      table.close();
      return next;
    }
  }

  @Override
  public void close() {
    tables.forEach(Dataset::close);
    allocator.close();
  }
}
