package io.omnigraph.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.LaneOperation;
import io.omnigraph.publish.OperationInfo;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.TableDelta;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A bulk load as an operation of the commit lane. The input is read once, at the first preparation,
 * into row sources that move to disk when they grow; every preparation then checks them against its
 * base. All or nothing: the load is one change. Close it after the lane is done with it, whatever
 * the outcome. The input stream stays the caller's.
 */
public final class LoadOperation implements LaneOperation<LoadCounts>, AutoCloseable {

  private final LoadReader.Source input;
  private final LoadOptions options;
  private final BufferAllocator allocator;
  private final IdSource ids;
  private final OperationInfo info;
  private @Nullable Loaded loaded;

  private record Loaded(Catalog catalog, List<LoadedTable> tables) {}

  /**
   * @param input JSON records in UTF-8; read by the first preparation
   * @param allocator outlives the operation; pays for rows in memory
   * @param ids mints the operation id and ids of rows that have none
   */
  public LoadOperation(
      InputStream input,
      LoadOptions options,
      WriteRequest request,
      BufferAllocator allocator,
      IdSource ids) {
    this(LoadReader.json(input), options, request, allocator, ids);
  }

  /**
   * A load of one tabular file.
   *
   * @param input read by the first preparation
   */
  public LoadOperation(
      TabularInput input,
      LoadOptions options,
      WriteRequest request,
      BufferAllocator allocator,
      IdSource ids) {
    this(LoadReader.table(input), options, request, allocator, ids);
  }

  private LoadOperation(
      LoadReader.Source input,
      LoadOptions options,
      WriteRequest request,
      BufferAllocator allocator,
      IdSource ids) {
    this.input = input;
    this.options = options;
    this.allocator = allocator;
    this.ids = ids;
    this.info =
        request.toOperation(ids.nextUlid(), CommitKind.LOAD, options.mode() == LoadMode.OVERWRITE);
  }

  @Override
  public OperationInfo info() {
    return info;
  }

  @Override
  public synchronized Prepared<LoadCounts> prepare(WriteBase base) {
    List<LoadedTable> tables = tables(base);
    ReadSetBuilder reads = new ReadSetBuilder();
    Map<TableKey, TableChange> changes = new TreeMap<>();
    TreeMap<TableKey, TableDelta> deltas = new TreeMap<>();
    for (LoadedTable table : tables) {
      switch (options.mode()) {
        case APPEND -> append(base, table, reads, changes, deltas);
        case MERGE -> merge(base, table, reads, changes, deltas);
        case OVERWRITE -> overwrite(base, table, changes, deltas);
      }
    }
    reads.addAll(new IntegrityEvaluator(base, changes).requireValid());
    return new Prepared<>(deltas, reads.build(), List.of(), counts(tables));
  }

  private List<LoadedTable> tables(WriteBase base) {
    Catalog catalog = base.snapshot().catalog();
    if (loaded == null) {
      loaded = new Loaded(catalog, new LoadReader(base, options, allocator, ids).read(input));
    } else if (!loaded.catalog().equals(catalog)) {
      throw MutationOperation.schemaChanged();
    }
    return loaded.tables();
  }

  private static LoadCounts counts(List<LoadedTable> tables) {
    Map<String, Long> nodes = new TreeMap<>();
    Map<String, Long> edges = new TreeMap<>();
    for (LoadedTable table : tables) {
      (table.key().isNode() ? nodes : edges).put(table.type().name(), table.rows().rowCount());
    }
    return LoadCounts.of(nodes, edges);
  }

  /** Strict insert: an id that exists refuses the load. */
  private void append(
      WriteBase base,
      LoadedTable table,
      ReadSetBuilder reads,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    reads.ids(table.key(), table.ids());
    BitSet taken = new BitSet();
    new CommittedRows(base, table.key())
        .visitWhereIn(
            TableSchemas.ID,
            table.ids(),
            List.of(TableSchemas.ID),
            (batch, row) -> taken.set(table.ids().find(Rows.ids(batch), row)));
    if (!taken.isEmpty()) {
      throw keyConflict(table.key(), table.ids().get(taken.nextSetBit(0)));
    }
    changes.put(table.key(), change(table, new IdPool(), new IdPool(), false));
    deltas.put(table.key(), new TableDelta(table.lend(), new long[0], false, table.ids().asSet()));
  }

  static ConflictException keyConflict(TableKey key, String id) {
    return new ConflictException(
        "key_conflict",
        "'"
            + id
            + "' already exists in "
            + key
            + "; append inserts new rows only (use mode merge to replace rows)",
        Map.of("table_key", key.toString(), "entity_id", id));
  }

  static ConflictException repeatedId(TableKey key, String id) {
    return new ConflictException(
        "key_conflict",
        "'"
            + id
            + "' appears more than once in the input for "
            + key
            + " (only mode merge lets the last one win)",
        Map.of("table_key", key.toString(), "entity_id", id));
  }

  /** Upsert by id, whole rows. */
  private void merge(
      WriteBase base,
      LoadedTable table,
      ReadSetBuilder reads,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    reads.ids(table.key(), table.ids());
    boolean needSources = table.type() instanceof EdgeType edge && CardinalityCheck.isNeeded(edge);
    List<String> columns = new ArrayList<>(List.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS));
    if (needSources) {
      columns.add(TableSchemas.SRC);
    }
    LongArrayList addresses = new LongArrayList();
    IdPool replacedSources = new IdPool();
    new CommittedRows(base, table.key())
        .visitWhereIn(
            TableSchemas.ID,
            table.ids(),
            columns,
            (batch, row) -> {
              addresses.add(Rows.address(batch, row));
              if (needSources) {
                replacedSources.add(Rows.sources(batch), row);
              }
            });
    long[] sorted = addresses.toLongArray();
    java.util.Arrays.sort(sorted);
    changes.put(table.key(), change(table, new IdPool(), replacedSources, false));
    deltas.put(table.key(), new TableDelta(table.lend(), sorted, false, table.ids().asSet()));
  }

  /** Every committed row goes; those that are not in the input count as deleted. */
  private void overwrite(
      WriteBase base,
      LoadedTable table,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    IdPool vanished = new IdPool();
    IdPool sources = new IdPool();
    boolean edges = table.key().isEdge();
    List<String> columns =
        edges ? List.of(TableSchemas.ID, TableSchemas.SRC) : List.of(TableSchemas.ID);
    new CommittedRows(base, table.key())
        .visit(
            ScanRequest.of(columns),
            (batch, row) -> {
              if (!table.ids().contains(Rows.ids(batch), row)) {
                vanished.add(Rows.ids(batch), row);
              }
              if (edges) {
                sources.add(Rows.sources(batch), row);
              }
            });
    changes.put(table.key(), change(table, vanished, sources, true));
    java.util.Set<String> written = new UnionSet(table.ids().asSet(), vanished.asSet());
    deltas.put(table.key(), new TableDelta(table.lend(), new long[0], true, written));
  }

  private static TableChange change(
      LoadedTable table, IdPool removed, IdPool removedSources, boolean replaceAll) {
    return new TableChange(
        table.type(),
        table.rows(),
        List.of(table.input()),
        table.ids(),
        removed,
        removedSources,
        replaceAll);
  }

  @Override
  public JsonNode encodeResult(LoadCounts counts) {
    ObjectNode stored = JsonNodeFactory.instance.objectNode();
    counts.nodes().forEach(stored.putObject("nodes_loaded")::put);
    counts.edges().forEach(stored.putObject("edges_loaded")::put);
    return stored;
  }

  @Override
  public LoadCounts decodeResult(JsonNode stored) {
    return LoadCounts.of(counts(stored.path("nodes_loaded")), counts(stored.path("edges_loaded")));
  }

  private static Map<String, Long> counts(JsonNode byType) {
    Map<String, Long> counts = new TreeMap<>();
    byType.properties().forEach(entry -> counts.put(entry.getKey(), entry.getValue().asLong()));
    return counts;
  }

  /** Frees the rows and temporary files. */
  @Override
  public synchronized void close() {
    if (loaded != null) {
      loaded.tables().forEach(LoadedTable::close);
      loaded = new Loaded(loaded.catalog(), List.of());
    }
  }
}
