package io.omnigraph.read;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.model.Value;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TestTables;
import io.omnigraph.storage.lance.LanceTables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A graph of real tables that a test fills by hand, with an engine on top. Every change makes a new
 * snapshot.
 */
final class GraphFixture implements AutoCloseable {

  static final Instant NOW = Instant.parse("2024-05-06T07:08:09.123Z");

  final TableStorage storage;
  final TableHandles handles;
  final Catalog catalog;
  private final TreeMap<TableKey, TableEntry> entries = new TreeMap<>();
  private final Map<TableKey, Long> rowCounts = new HashMap<>();
  private long version = 1;
  QueryEngine engine;

  GraphFixture(Path root, String schema) {
    this(root, schema, 256L << 20, null);
  }

  GraphFixture(Path root, String schema, long cacheBytes, @Nullable TextEmbedder embedder) {
    storage =
        LanceTables.open(
            GraphUri.local(root), StorageOptions.defaults().withDurability(Durability.OS));
    handles = new TableHandles(storage, 64);
    catalog = SchemaCompiler.compile(schema);
    catalog.types().forEach(this::create);
    engine = newEngine(cacheBytes, embedder);
  }

  QueryEngine newEngine(long cacheBytes, @Nullable TextEmbedder embedder) {
    return new QueryEngine(handles, storage.allocator(), cacheBytes, embedder, System::nanoTime);
  }

  private void create(EntityType type) {
    String path = (type.tableKey().isNode() ? "nodes/" : "edges/") + type.name();
    try (SnapshotHandle handle = TestTables.create(storage, path, TableSchemas.of(type))) {
      entry(type.tableKey(), path, handle.version(), 0);
    }
  }

  private void entry(TableKey key, String path, long tableVersion, long rows) {
    entries.put(key, new TableEntry(key, path, tableVersion, null, rows));
    rowCounts.put(key, rows);
  }

  /** A row of a type: id (and src, dst), then properties by name; missing ones are null. */
  List<Value> row(TableKey key, List<String> identity, Map<String, ?> properties) {
    List<Value> row = new ArrayList<>();
    identity.forEach(text -> row.add(new Value.Text(text)));
    catalog
        .type(key)
        .orElseThrow()
        .properties()
        .forEach(p -> row.add(TestTables.value(properties.get(p.name()))));
    return row;
  }

  GraphFixture node(String type, String id, Object... properties) {
    return change(
        TableKey.node(type),
        List.of(),
        List.of(row(TableKey.node(type), List.of(id), map(properties))));
  }

  GraphFixture edge(String type, String id, String src, String dst, Object... properties) {
    return change(
        TableKey.edge(type),
        List.of(),
        List.of(row(TableKey.edge(type), List.of(id, src, dst), map(properties))));
  }

  static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** Deletes rows by id and adds rows, as one commit of one table. */
  @SuppressWarnings("unchecked")
  GraphFixture change(TableKey key, List<String> deletedIds, List<List<Value>> added) {
    TableEntry entry = entries.get(key);
    try (SnapshotHandle base = storage.open(entry.address(), entry.version());
        SnapshotHandle next =
            TestTables.commit(
                storage, TestTables.stage(storage, base, deletedIds, added.toArray(List[]::new)))) {
      entry(key, entry.path(), next.version(), next.countRows());
    }
    version++;
    return this;
  }

  /** Runs maintenance on a table and takes the version it made. */
  GraphFixture maintain(
      TableKey key,
      java.util.function.BiFunction<TableMaintenance, SnapshotHandle, SnapshotHandle> work) {
    TableEntry entry = entries.get(key);
    try (SnapshotHandle head = storage.openHead(TableAddress.main(entry.path()));
        SnapshotHandle next = work.apply(storage.maintenance(), head)) {
      entry(key, entry.path(), next.version(), next.countRows());
    }
    version++;
    return this;
  }

  Snapshot snapshot() {
    return new Snapshot(
        BranchName.MAIN,
        "main",
        version,
        new CommitId("01J00000000000000000000000"),
        catalog,
        entries);
  }

  CompiledQuery.Read compile(String query) {
    return (CompiledQuery.Read) QueryCompiler.compile(query, null, catalog);
  }

  /** Rows of a query given without its frame: {@code match {...} return {...} ...}. */
  List<List<Value>> rows(String body) {
    return rows(body, QueryOptions.DEFAULT);
  }

  List<List<Value>> rows(String body, QueryOptions options) {
    return run("query q() { " + body + " }", Map.of(), options);
  }

  List<List<Value>> run(String query, Map<String, ?> params, QueryOptions options) {
    CompiledQuery.Read compiled = compile(query);
    try (QueryCursor cursor =
        engine.execute(
            compiled, ParameterBinder.bind(compiled, params, NOW), snapshot(), options)) {
      return read(cursor);
    }
  }

  static List<List<Value>> read(QueryCursor cursor) {
    List<List<Value>> rows = new ArrayList<>();
    for (VectorSchemaRoot batch = cursor.next(); batch != null; batch = cursor.next()) {
      for (int i = 0; i < batch.getRowCount(); i++) {
        List<Value> row = new ArrayList<>();
        for (FieldVector vector : batch.getFieldVectors()) {
          row.add(io.omnigraph.storage.Cells.read(vector, i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The rows as plain texts, cells joined by a bar. */
  List<String> texts(String body, QueryOptions options) {
    return rows(body, options).stream().map(GraphFixture::text).toList();
  }

  List<String> texts(String body) {
    return texts(body, QueryOptions.DEFAULT);
  }

  static String text(List<Value> row) {
    return String.join("|", row.stream().map(TestTables::plain).toList());
  }

  static List<Value> values(Object... values) {
    return Arrays.stream(values).map(TestTables::value).toList();
  }

  @Override
  public void close() {
    handles.close();
    storage.close();
  }
}
