package io.omnigraph.write;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The tables of one commit that is made again from a bundle. Used by one thread. */
final class BundleTables implements WriteBase, AutoCloseable {

  private final BundleGraph graph;
  private final GraphCommit commit;
  private final @Nullable ManifestState before;
  private final Map<TableKey, TableImport> changes;
  private final Snapshot snapshot;
  private final TableStorage storage;
  private final BufferAllocator allocator;
  private final Map<TableKey, SnapshotHandle> handles = new HashMap<>();
  private final Map<TableKey, TableEntry> entries = new TreeMap<>();
  private final List<ManifestRow> rows = new ArrayList<>();
  private final List<TableMove> moves = new ArrayList<>();
  private @Nullable LoadedInput loaded;

  /**
   * @param before what the branch shows; null for the first commit of all
   */
  BundleTables(
      BundleGraph graph,
      GraphCommit commit,
      @Nullable ManifestState before,
      Catalog catalog,
      Map<TableKey, TableImport> changes) {
    this.graph = graph;
    this.commit = commit;
    this.before = before;
    this.changes = changes;
    this.storage = graph.storage();
    if (before != null) {
      entries.putAll(before.tables());
    }
    for (TableKey key : changes.keySet()) {
      // Lookups go by the count; a table without an entry has no rows to look up.
      entries.computeIfAbsent(key, k -> new TableEntry(k, TablePaths.of(k), 0, null, 0));
    }
    this.snapshot =
        new Snapshot(
            commit.branch(),
            before == null ? "" : before.incarnation(),
            before == null ? 0 : before.version(),
            commit.id(),
            catalog,
            new TreeMap<>(entries));
    this.allocator = storage.allocator().newChildAllocator("import", 0, Long.MAX_VALUE);
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  /** The table as the commit's schema wants it, on the commit's own branch. */
  @Override
  public SnapshotHandle table(TableKey key) {
    return handles.computeIfAbsent(key, this::open);
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  private EntityType type(TableKey key) {
    return snapshot
        .catalog()
        .type(key)
        .orElseThrow(
            () ->
                new BadRequestException(
                    "bundle_corrupt",
                    "the bundle contradicts itself: commit "
                        + commit.id()
                        + " changes table '"
                        + key
                        + "', which its schema does not have",
                    Map.of("table_key", key.toString())));
  }

  private SnapshotHandle open(TableKey key) {
    TableEntry entry = before == null ? null : before.tables().get(key);
    Schema wanted = TableSchemas.of(type(key));
    return entry == null ? create(key, wanted) : adapt(own(entry), wanted);
  }

  private SnapshotHandle create(TableKey key, Schema schema) {
    long hidden = before == null ? 0 : before.greatestRecorded(key);
    String path = TablePaths.of(key);
    for (int i = 1; storage.exists(TableAddress.main(path)); i++) {
      path = TablePaths.of(key) + "_" + i;
    }
    SnapshotHandle made;
    try (RowSource nothing = RowSource.empty(schema)) {
      made = storage.create(TableAddress.main(path), schema, Map.of(), nothing);
    }
    storage.forceCommitted(made);
    if (!commit.branch().isMain()) {
      made = forked(made);
    }
    // A type of this name was dropped before; its tombstone hides versions up to its own.
    while (made.version() <= hidden) {
      made = replaceAll(made);
    }
    return made;
  }

  /** The lineage of the commit's branch, forked if the branch has only inherited the table. */
  private SnapshotHandle own(TableEntry entry) {
    SnapshotHandle handle = storage.open(entry.address(), entry.version());
    return entry.ownedBy(commit.branch()) ? handle : forked(handle);
  }

  private SnapshotHandle forked(SnapshotHandle source) {
    try (source) {
      SnapshotHandle fork = storage.fork(source, commit.branch());
      storage.forceFork(fork);
      return fork;
    }
  }

  /** Gives a table the columns of another schema; the rows are replaced anyway. */
  private SnapshotHandle adapt(SnapshotHandle table, Schema wanted) {
    List<Field> kept = new ArrayList<>();
    for (Field field : table.schema().getFields()) {
      Field other = find(wanted, field.getName());
      if (other != null && sameType(field, other)) {
        kept.add(field);
      }
    }
    SnapshotHandle at = table;
    if (kept.size() < table.schema().getFields().size()) {
      at = withColumns(replaceAll(at), kept);
    }
    List<Field> all = new ArrayList<>(kept);
    for (Field field : wanted.getFields()) {
      if (kept.stream().noneMatch(f -> f.getName().equals(field.getName()))) {
        all.add(nullable(field));
      }
    }
    return all.size() == kept.size() ? at : withColumns(at, all);
  }

  private static @Nullable Field find(Schema schema, String name) {
    return schema.getFields().stream()
        .filter(f -> f.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** A column that is added to a table can hold null, whatever its property may. */
  private static Field nullable(Field field) {
    FieldType type = field.getFieldType();
    return new Field(
        field.getName(),
        new FieldType(true, type.getType(), type.getDictionary(), type.getMetadata()),
        field.getChildren());
  }

  /** A blob column lies otherwise than it is declared. */
  private static boolean sameType(Field physical, Field declared) {
    return TableSchemas.isBlob(physical)
        ? TableSchemas.isBlob(declared)
        : physical.getType().equals(declared.getType())
            && physical.getChildren().stream()
                .map(Field::getType)
                .toList()
                .equals(declared.getChildren().stream().map(Field::getType).toList());
  }

  private SnapshotHandle withColumns(SnapshotHandle table, List<Field> columns) {
    try (table) {
      return land(
          storage.stageSchema(
              table, new Schema(columns, table.schema().getCustomMetadata()), Map.of()));
    }
  }

  private SnapshotHandle replaceAll(SnapshotHandle table) {
    try (table) {
      return land(
          storage.stage(table, new StageRequest(new long[0], fragments(table), List.of(), true)));
    }
  }

  private SnapshotHandle land(io.omnigraph.storage.StagedWrite staged) {
    return graph.land(staged, commit);
  }

  private static Set<Integer> fragments(SnapshotHandle table) {
    return table.fragments().stream().map(FragmentInfo::id).collect(Collectors.toSet());
  }

  // ---- rows

  /** Reads the records of the rows that come; answers their number. */
  long read(InputStream input) {
    LoadOptions options = LoadOptions.of(LoadMode.OVERWRITE).withExternalBlobs(graph.external());
    LoadedInput read =
        new LoadReader(this, options, allocator, graph.ids()).read(LoadReader.json(input));
    loaded = read;
    long count = 0;
    for (LoadedTable table : read.tables()) {
      count += table.rows().rowCount();
      if (!changes.containsKey(table.key())) {
        throw new BadRequestException(
            "bundle_corrupt",
            "the bundle contradicts itself: commit "
                + commit.id()
                + " holds rows of '"
                + table.key()
                + "' without saying so",
            Map.of("table_key", table.key().toString()));
      }
      requireValues(table);
    }
    return count;
  }

  /** The checksums of a bundle tell damage, not edits: values are checked as at any other door. */
  private void requireValues(LoadedTable table) {
    ValueChecks values = new ValueChecks(table.type());
    if (values.isEmpty()) {
      return;
    }
    Violations violations = new Violations();
    long before = 0;
    try (BatchStream stream = table.rows().open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        values.check(batch, before, violations);
        before += batch.getRowCount();
      }
    }
    if (violations.count() > 0) {
      Violation first = violations.first().getFirst();
      throw new BadRequestException(
          first.kind().code(),
          "commit " + commit.id() + " of the bundle breaks its schema: " + first.message(),
          Map.of("table_key", table.key().toString(), "entity_id", first.entityId()));
    }
  }

  /** Commits every table that changes. */
  void commit() {
    changes.forEach(
        (key, change) -> {
          switch (change.kind()) {
            case DROP -> drop(key);
            case DELTA, IMAGE -> move(key, change);
          }
        });
  }

  private void drop(TableKey key) {
    if (before == null || !before.tables().containsKey(key)) {
      throw new BadRequestException(
          "bundle_corrupt",
          "the bundle contradicts itself: it drops '" + key + "' twice",
          Map.of());
    }
    rows.add(ManifestRow.tombstone(key, before.greatestRecorded(key) + 1));
    moves.add(new TableMove(key, before.tables().get(key).version(), 0, null, 0));
  }

  private void move(TableKey key, TableImport change) {
    TableEntry entry = before == null ? null : before.tables().get(key);
    boolean image = change.kind() == TableImport.Kind.IMAGE;
    long[] addresses = entry == null || image ? new long[0] : addresses(key, change.deleted());
    SnapshotHandle base = table(key);
    List<StagedFiles> files = new ArrayList<>();
    long added = 0;
    for (LoadedTable rowsOfTable : loaded == null ? List.<LoadedTable>of() : loaded.tables()) {
      if (rowsOfTable.key().equals(key) && rowsOfTable.rows().rowCount() > 0) {
        files.add(storage.writeFiles(base, rowsOfTable.rows(), 0));
        added += rowsOfTable.rows().rowCount();
      }
    }
    Set<Integer> removed = image ? fragments(base) : Set.of();
    SnapshotHandle after = base;
    if (addresses.length > 0 || !removed.isEmpty() || !files.isEmpty()) {
      after = land(storage.stage(base, new StageRequest(addresses, removed, files, true)));
      base.close();
      handles.put(key, after);
    }
    long count = image || entry == null ? added : entry.rowCount() - addresses.length + added;
    TableEntry landed =
        new TableEntry(
            key, after.address().path(), after.version(), after.address().branch(), count);
    if (before == null || !landed.path().equals(before.registeredPath(key))) {
      rows.add(ManifestRow.table(key, landed.path()));
    }
    if (entry == null || landed.version() != entry.version()) {
      rows.add(ManifestRow.version(landed, after.manifestFile()));
      moves.add(
          new TableMove(
              key,
              entry == null ? 0 : entry.version(),
              landed.version(),
              landed.tableBranch(),
              count));
    }
  }

  /** Where the rows that go lie; every one of them must be there. */
  private long[] addresses(TableKey key, IdPool deleted) {
    LongArrayList found = new LongArrayList();
    table(key);
    new CommittedRows(this, key)
        .visitWhereIn(
            TableSchemas.ID,
            deleted,
            List.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS),
            (batch, row) -> found.add(Rows.address(batch, row)));
    if (found.size() != deleted.size()) {
      throw new BadRequestException(
          "bundle_corrupt",
          "the bundle contradicts itself: commit "
              + commit.id()
              + " removes rows of '"
              + key
              + "' that are not there",
          Map.of("table_key", key.toString()));
    }
    long[] sorted = found.toLongArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Table rows for the manifest, after {@link #commit}. */
  List<ManifestRow> rows() {
    return rows;
  }

  List<TableMove> moves() {
    return moves;
  }

  @Override
  public void close() {
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
    handles.values().forEach(SnapshotHandle::close);
    handles.clear();
    allocator.close();
  }
}
