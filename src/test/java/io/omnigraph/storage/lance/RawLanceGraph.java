package io.omnigraph.storage.lance;

import io.omnigraph.bench.SocialGraph;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.WriteParams;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.BTreeIndexParams;
import org.lance.ipc.ScanOptions;
import org.lance.merge.MergeInsertParams;

/**
 * The social graph in two bare Lance tables, written and read by hand: the baseline of the
 * benchmarks. No lineage, no checks, no durability beyond what Lance does by itself.
 */
public final class RawLanceGraph implements AutoCloseable {

  private static final int BATCH_ROWS = 8192;
  private static final ArrowType INT = new ArrowType.Int(32, true);
  private static final Schema PEOPLE =
      new Schema(List.of(required("id", ArrowType.Utf8.INSTANCE), required("age", INT)));
  private static final Schema FRIENDSHIPS =
      new Schema(
          List.of(
              required("src", ArrowType.Utf8.INSTANCE),
              required("dst", ArrowType.Utf8.INSTANCE),
              required("since", INT)));

  private final BufferAllocator allocator;
  private final Dataset friendships;
  private Dataset people;

  private RawLanceGraph(BufferAllocator allocator, Dataset people, Dataset friendships) {
    this.allocator = allocator;
    this.people = people;
    this.friendships = friendships;
  }

  /** Writes both tables, each in one commit. */
  public static RawLanceGraph create(Path folder, SocialGraph graph) throws IOException {
    return create(folder, graph, graph.friendships());
  }

  private static RawLanceGraph create(Path folder, SocialGraph graph, int edges) {
    BufferAllocator allocator = new RootAllocator();
    Dataset people =
        write(
            allocator,
            folder.resolve("people"),
            PEOPLE,
            graph.people(),
            (root, at, person) -> {
              text(root, 0, at, graph.name(person));
              number(root, 1, at, graph.age(person));
            });
    Dataset friendships =
        write(
            allocator,
            folder.resolve("friendships"),
            FRIENDSHIPS,
            edges,
            (root, at, edge) -> {
              text(root, 0, at, graph.name(graph.from(edge)));
              text(root, 1, at, graph.name(graph.to(edge)));
              number(root, 2, at, graph.since(edge));
            });
    return new RawLanceGraph(allocator, people, friendships);
  }

  /** Writes the people; the table of friendships stays empty. */
  public static RawLanceGraph createPeople(Path folder, SocialGraph graph) {
    return create(folder, graph, 0);
  }

  /** Replaces every so many-th person, in one commit of the library's own merge. */
  public void mergePeople(SocialGraph graph, int count, int step, int round) throws Exception {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(PEOPLE, allocator)) {
      for (int i = 0; i < count; i++) {
        text(root, 0, i, graph.name(i * step + round % step));
        number(root, 1, i, round % 90);
      }
      root.setRowCount(count);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
        writer.writeBatch();
      }
      try (var reader =
              new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator);
          ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
        Data.exportArrayStream(allocator, reader, stream);
        MergeInsertParams params =
            new MergeInsertParams(List.of("id")).withMatchedUpdateAll().withConflictRetries(0);
        Dataset next = people.mergeInsert(params, stream).dataset();
        people.close();
        people = next;
      }
    }
  }

  /** Indexes what the lookups filter on. */
  public RawLanceGraph withIndices() {
    index(people, "id");
    index(friendships, "src");
    return this;
  }

  /** Commits one more row. */
  public void appendPerson(String name) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(PEOPLE, allocator)) {
      text(root, 0, 0, name);
      number(root, 1, 0, 1);
      root.setRowCount(1);
      people = RawLanceTables.append(people, root, allocator);
    }
  }

  /** How many people have this id. */
  public long countPeople(String id) throws IOException {
    long[] count = {0};
    scan(people, "id = '" + id + "'", "age", (root, row) -> count[0]++);
    return count[0];
  }

  /** How many distinct people are within some steps of one, without that one. */
  public long reach(String id, int steps) throws IOException {
    Set<String> seen = new HashSet<>(Set.of(id));
    Set<String> frontier = Set.of(id);
    for (int step = 0; step < steps && !frontier.isEmpty(); step++) {
      Set<String> next = new HashSet<>();
      String ids = frontier.stream().collect(Collectors.joining("','", "src IN ('", "')"));
      scan(
          friendships,
          ids,
          "dst",
          (root, row) -> {
            String end = ((VarCharVector) root.getVector(0)).getObject(row).toString();
            if (seen.add(end)) {
              next.add(end);
            }
          });
      frontier = next;
    }
    return seen.size() - 1;
  }

  @Override
  public void close() {
    people.close();
    friendships.close();
    allocator.close();
  }

  private interface Row {
    void at(VectorSchemaRoot root, int position, int row) throws IOException;
  }

  private interface Visitor {
    void visit(VectorSchemaRoot root, int row);
  }

  private static void scan(Dataset dataset, String filter, String column, Visitor visitor)
      throws IOException {
    var options = new ScanOptions.Builder().columns(List.of(column)).filter(filter).build();
    try (var scanner = dataset.newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          visitor.visit(root, row);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void index(Dataset dataset, String column) {
    var parameters =
        IndexParams.builder().setScalarIndexParams(BTreeIndexParams.builder().build()).build();
    dataset.createIndex(
        IndexOptions.builder(List.of(column), IndexType.BTREE, parameters)
            .withIndexName(column + "_index")
            .build());
  }

  private static Dataset write(
      BufferAllocator allocator, Path target, Schema schema, int rows, Row fill) {
    var reader =
        new ArrowReader(allocator) {
          private int done;

          @Override
          public boolean loadNextBatch() throws IOException {
            VectorSchemaRoot root = getVectorSchemaRoot();
            root.allocateNew();
            int count = Math.min(BATCH_ROWS, rows - done);
            for (int i = 0; i < count; i++) {
              fill.at(root, i, done + i);
            }
            root.setRowCount(count);
            done += count;
            return count > 0;
          }

          @Override
          public long bytesRead() {
            return 0;
          }

          @Override
          protected void closeReadSource() {}

          @Override
          protected Schema readSchema() {
            return schema;
          }
        };
    return Dataset.write()
        .allocator(allocator)
        .reader(reader)
        .uri(target.toString())
        .mode(WriteParams.WriteMode.CREATE)
        .enableStableRowIds(true)
        .dataStorageVersion("2.2")
        .execute();
  }

  private static Field required(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static void text(VectorSchemaRoot root, int column, int row, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    ((VarCharVector) root.getVector(column)).setSafe(row, bytes);
  }

  private static void number(VectorSchemaRoot root, int column, int row, int value) {
    ((IntVector) root.getVector(column)).setSafe(row, value);
  }
}
