package io.omnigraph.write;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.publish.LaneOperation;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.TableDelta;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TransactionTag;
import io.omnigraph.storage.lance.LanceTables;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The tables of a graph without manifest, lane or recovery: operations are prepared on the newest
 * versions and committed table by table. For tests of what is written, not of how it is published.
 */
final class TestGraph implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  final Catalog catalog;
  final TableStorage storage;
  final IdSource ids;
  private final NavigableMap<TableKey, SnapshotHandle> heads = new TreeMap<>();
  private final CommitId head = new CommitId("01JZZZZZZZZZZZZZZZZZZZZZZZ");

  TestGraph(Path directory, String schema) {
    this.catalog = SchemaCompiler.compile(schema);
    this.storage =
        LanceTables.open(
            GraphUri.local(directory), StorageOptions.defaults().withDurability(Durability.OS));
    AtomicLong minted = new AtomicLong();
    this.ids = () -> "01J%023d".formatted(minted.incrementAndGet());
    catalog.types().forEach(this::create);
  }

  private void create(EntityType type) {
    var schema = TableSchemas.of(type);
    String path = type.tableKey().kind().word() + "s/" + type.name();
    heads.put(
        type.tableKey(),
        storage.create(TableAddress.main(path), schema, Map.of(), RowSource.empty(schema)));
  }

  WriteBase base() {
    NavigableMap<TableKey, TableEntry> tables = new TreeMap<>();
    heads.forEach(
        (key, handle) ->
            tables.put(
                key,
                new TableEntry(
                    key, handle.address().path(), handle.version(), null, handle.countRows())));
    Snapshot snapshot = new Snapshot(BranchName.MAIN, "main", 1, head, catalog, tables);
    return new WriteBase() {
      @Override
      public Snapshot snapshot() {
        return snapshot;
      }

      @Override
      public SnapshotHandle table(TableKey key) {
        return heads.get(key);
      }

      @Override
      public BufferAllocator allocator() {
        return storage.allocator();
      }
    };
  }

  /** Prepares twice, as a lane may, commits the second preparation. */
  <R> R apply(LaneOperation<R> operation) {
    operation.prepare(base()).close();
    try (Prepared<R> prepared = operation.prepare(base())) {
      prepared.tables().forEach(this::commit);
      return prepared.result();
    }
  }

  private void commit(TableKey key, TableDelta delta) {
    SnapshotHandle base = heads.get(key);
    List<StagedFiles> files =
        delta.added().rowCount() == 0
            ? List.of()
            : List.of(storage.writeFiles(base, delta.added(), 0));
    Set<Integer> removed =
        delta.replaceAll()
            ? base.fragments().stream().map(f -> f.id()).collect(Collectors.toSet())
            : Set.of();
    var staged =
        storage.stage(base, new StageRequest(delta.deletedAddresses(), removed, files, true));
    CommitOutcome outcome =
        storage.commit(staged, new TransactionTag(UUID.randomUUID().toString(), Map.of()));
    heads.put(key, ((CommitOutcome.Committed) outcome).handle());
    base.close();
  }

  MutationOperation mutation(String source, Map<String, ?> params) {
    CompiledQuery.Mutation mutation =
        (CompiledQuery.Mutation) QueryCompiler.compile(source, null, catalog);
    return new MutationOperation(
        mutation,
        catalog,
        ParameterBinder.bind(mutation, params, NOW),
        WriteRequest.to(BranchName.MAIN),
        ids);
  }

  MutationCounts mutate(String source, Map<String, ?> params) {
    return apply(mutation(source, params));
  }

  /** Runs the body of a query without parameters. */
  MutationCounts run(String statements) {
    return mutate("query q() {\n" + statements + "\n}", Map.of());
  }

  LoadCounts load(LoadMode mode, String records) {
    return load(LoadOptions.of(mode), records);
  }

  LoadCounts load(LoadOptions options, TabularInput file) {
    try (LoadOperation operation =
        new LoadOperation(
            file, options, WriteRequest.to(BranchName.MAIN), storage.allocator(), ids)) {
      return apply(operation);
    }
  }

  LoadCounts load(LoadOptions options, String records) {
    try (LoadOperation operation =
        new LoadOperation(
            new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
            options,
            WriteRequest.to(BranchName.MAIN),
            storage.allocator(),
            ids)) {
      return apply(operation);
    }
  }

  SnapshotHandle table(String key) {
    return heads.get(TableKey.parse(key));
  }

  /** Every row of a table by id, values by column, plain Java objects. */
  Map<String, Map<String, Object>> rows(String key) {
    SnapshotHandle handle = table(key);
    List<String> columns = handle.schema().getFields().stream().map(f -> f.getName()).toList();
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    for (List<Value> values : RowBatches.readAll(handle.scan(ScanRequest.of(columns)))) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        row.put(columns.get(i), plain(values.get(i)));
      }
      Map<String, Object> twice = rows.put((String) row.get("id"), row);
      if (twice != null) {
        throw new AssertionError("two rows with id " + row.get("id"));
      }
    }
    return rows;
  }

  Set<String> idsOf(String key) {
    return rows(key).keySet();
  }

  Object cell(String key, String id, String column) {
    return rows(key).get(id).get(column);
  }

  /** {@code src>dst} of every edge, sorted. */
  List<String> edges(String type) {
    return rows("edge:" + type).values().stream()
        .map(r -> r.get("src") + ">" + r.get("dst"))
        .sorted()
        .toList();
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Null n -> null;
      case Value.Text t -> t.value();
      case Value.Bool b -> b.value();
      case Value.Int i -> i.value();
      case Value.BigUnsigned u -> Long.toUnsignedString(u.bits());
      case Value.Real r -> r.value();
      case Value.Date d -> TemporalText.date(d.epochDay());
      case Value.DateTime d -> TemporalText.dateTime(d.epochMilli());
      case Value.ListOf l -> l.items().stream().map(TestGraph::plain).toList();
      case Value.Vector v -> v;
    };
  }

  @Override
  public void close() {
    heads.values().forEach(SnapshotHandle::close);
    long leaked = storage.allocator().getAllocatedMemory();
    if (leaked != 0) {
      throw new AssertionError("leaked Arrow bytes: " + storage.allocator().toVerboseString());
    }
    storage.close();
  }
}
