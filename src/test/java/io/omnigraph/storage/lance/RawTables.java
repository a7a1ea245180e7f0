package io.omnigraph.storage.lance;

import io.omnigraph.model.Value;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.ReadOptions;
import org.lance.Session;
import org.lance.Transaction;
import org.lance.WriteParams;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.scalar.BTreeIndexParams;
import org.lance.index.scalar.InvertedIndexParams;
import org.lance.ipc.ScanOptions;
import org.lance.merge.MergeInsertParams;
import org.lance.operation.Operation;
import org.lance.operation.Update;

/** The bare library in short words, for tests that pin its behaviour. Closes what it opened. */
final class RawTables implements AutoCloseable {

  final BufferAllocator allocator;
  private final Map<String, String> storageOptions;
  private final List<AutoCloseable> opened = new ArrayList<>();

  RawTables() {
    this(Map.of());
  }

  RawTables(Map<String, String> storageOptions) {
    NativeLibrary.ensureLoaded();
    this.allocator = new RootAllocator();
    this.storageOptions = storageOptions;
  }

  <T extends AutoCloseable> T keep(T handle) {
    opened.add(handle);
    return handle;
  }

  @SafeVarargs
  final Dataset create(String uri, Schema schema, List<Value>... rows) {
    try (RowSource source = RowBatches.sourceOf(allocator, schema, List.of(rows));
        SourceReader reader = new SourceReader(allocator, source);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      return keep(
          Dataset.write().allocator(allocator).stream(stream)
              .uri(uri)
              .mode(WriteParams.WriteMode.CREATE)
              .enableStableRowIds(true)
              .dataStorageVersion("2.2")
              .storageOptions(storageOptions)
              .execute());
    }
  }

  Dataset open(String uri, long version, Session session, Map<String, String> more) {
    return keep(
        Dataset.open()
            .allocator(allocator)
            .uri(uri)
            .readOptions(
                new ReadOptions.Builder().setVersion(version).setStorageOptions(more).build())
            .session(session)
            .build());
  }

  @SafeVarargs
  final List<FragmentMetadata> write(String uri, Schema schema, List<Value>... rows) {
    try (RowSource source = RowBatches.sourceOf(allocator, schema, List.of(rows));
        SourceReader reader = new SourceReader(allocator, source);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      return Fragment.write()
          .datasetUri(uri)
          .allocator(allocator)
          .data(stream)
          .mode(WriteParams.WriteMode.APPEND)
          .enableStableRowIds(true)
          .dataStorageVersion("2.2")
          .storageOptions(storageOptions)
          .execute();
    }
  }

  Dataset commit(Dataset base, Operation operation) {
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(base.version())
            .uuid(UUID.randomUUID().toString())
            .operation(operation)
            .build()) {
      return keep(new CommitBuilder(base).skipAutoCleanup(true).execute(transaction));
    }
  }

  /** A native upsert by id, which keeps row ids. */
  @SafeVarargs
  final Dataset mergeInsert(Dataset base, Schema schema, int retries, List<Value>... rows) {
    MergeInsertParams params =
        new MergeInsertParams(List.of("id")).withMatchedUpdateAll().withConflictRetries(retries);
    try (RowSource source = RowBatches.sourceOf(allocator, schema, List.of(rows));
        SourceReader reader = new SourceReader(allocator, source);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      return keep(base.mergeInsert(params, stream).dataset());
    }
  }

  static Update update(
      List<FragmentMetadata> updated, List<Long> removed, List<FragmentMetadata> added, long... f) {
    return Update.builder()
        .updatedFragments(updated)
        .removedFragmentIds(removed)
        .newFragments(added)
        .updateMode(Optional.of(Update.UpdateMode.RewriteRows))
        .fieldsForPreservingFragBitmap(f)
        .build();
  }

  Dataset btree(Dataset dataset, String column) {
    dataset.createIndex(
        IndexOptions.builder(
                List.of(column),
                IndexType.BTREE,
                IndexParams.builder()
                    .setScalarIndexParams(BTreeIndexParams.builder().build())
                    .build())
            .withIndexName(column + "_idx")
            .build());
    dataset.checkoutLatest();
    return dataset;
  }

  Dataset inverted(Dataset dataset, String column) {
    dataset.createIndex(
        IndexOptions.builder(
                List.of(column),
                IndexType.INVERTED,
                IndexParams.builder()
                    .setScalarIndexParams(
                        InvertedIndexParams.builder()
                            .baseTokenizer("simple")
                            .language("English")
                            .lowerCase(true)
                            .stem(false)
                            .removeStopWords(false)
                            .asciiFolding(false)
                            .withPosition(false)
                            .build())
                    .build())
            .withIndexName(column + "_idx")
            .build());
    dataset.checkoutLatest();
    return dataset;
  }

  /** First column of what a scan finds. */
  static List<Value> scan(Dataset dataset, ScanOptions options) throws Exception {
    List<Value> values = new ArrayList<>();
    try (var scanner = dataset.newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        for (int row = 0; row < batch.getRowCount(); row++) {
          values.add(RowBatches.readRow(batch, row).get(0));
        }
      }
    }
    return values;
  }

  static List<Value> ids(Dataset dataset, String filter) throws Exception {
    ScanOptions.Builder scan = new ScanOptions.Builder().columns(List.of("id"));
    return scan(dataset, (filter.isEmpty() ? scan : scan.filter(filter)).build());
  }

  @Override
  public void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    allocator.close();
  }
}
