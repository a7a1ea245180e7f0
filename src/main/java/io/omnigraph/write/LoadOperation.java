package io.omnigraph.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitKind;
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
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

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
  private boolean closed;

  private record Loaded(Catalog catalog, LoadedInput input) {}

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
    LoadedInput read = read(base);
    List<LoadedTable> tables = read.tables();
    ReadSetBuilder reads = new ReadSetBuilder();
    Map<TableKey, TableChange> changes = new TreeMap<>();
    TreeMap<TableKey, TableDelta> deltas = new TreeMap<>();
    for (LoadedTable table : tables) {
      switch (options.mode()) {
        case APPEND -> append(base, table, read, reads, changes, deltas);
        case MERGE -> merge(base, table, reads, changes, deltas);
        case OVERWRITE -> overwrite(base, table, changes, deltas);
      }
    }
    Violations violations = new Violations();
    reads.addAll(new IntegrityEvaluator(base, changes, budget()).evaluate(violations));
    if (violations.count() > 0) {
      throw read.refusal(violations, allocator);
    }
    return new Prepared<>(deltas, reads.build(), List.of(), counts(tables));
  }

  private IdBudget budget() {
    return new IdBudget(options.idBytes());
  }

  private LoadedInput read(WriteBase base) {
    Catalog catalog = base.snapshot().catalog();
    if (loaded == null) {
      loaded = new Loaded(catalog, new LoadReader(base, options, allocator, ids).read(input));
    } else if (!loaded.catalog().equals(catalog)) {
      throw MutationOperation.schemaChanged();
    }
    return loaded.input();
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
      LoadedInput read,
      ReadSetBuilder reads,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    CommittedIds committed = new CommittedIds(base, table, budget());
    committed.declare(reads);
    List<String> taken = new ArrayList<>();
    committed.visit(
        List.of(),
        pool -> {
          BitSet ordinals = new BitSet();
          return new CommittedIds.Share(
              (batch, row) -> ordinals.set(pool.find(Rows.ids(batch), row)),
              () -> {
                if (!ordinals.isEmpty()) {
                  taken.add(pool.get(ordinals.nextSetBit(0)));
                }
              });
        });
    if (!taken.isEmpty()) {
      throw read.keyConflict(table, taken, allocator);
    }
    changes.put(
        table.key(), change(table, IdGroup.NONE, IdGroup.NONE, false, new Roaring64Bitmap()));
    deltas.put(
        table.key(), new TableDelta(table.lend(), new long[0], false, committed.writtenIds()));
  }

  /** Upsert by id, whole rows. */
  private void merge(
      WriteBase base,
      LoadedTable table,
      ReadSetBuilder reads,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    CommittedIds committed = new CommittedIds(base, table, budget());
    committed.declare(reads);
    Roaring64Bitmap replaced = new Roaring64Bitmap();
    boolean countsSources = countsSources(table);
    List<String> columns = new ArrayList<>(List.of(ScanRequest.ROW_ADDRESS));
    if (countsSources) {
      columns.add(TableSchemas.SRC);
    }
    SourcesOfReplaced sources = new SourcesOfReplaced(budget());
    committed.visit(
        columns,
        pool ->
            new CommittedIds.Share(
                (batch, row) -> {
                  replaced.addLong(Rows.address(batch, row));
                  if (countsSources) {
                    sources.add(batch, row);
                  }
                },
                () -> {}));
    changes.put(
        table.key(),
        change(
            table,
            IdGroup.NONE,
            sources.group(new CommittedRows(base, table.key()), replaced),
            false,
            replaced));
    deltas.put(
        table.key(),
        new TableDelta(table.lend(), replaced.toArray(), false, committed.writtenIds()));
  }

  /** The sources of replaced edges, as long as they fit into memory. */
  private static final class SourcesOfReplaced {
    private final IdPool pool;
    private boolean many;

    SourcesOfReplaced(IdBudget budget) {
      pool = new IdPool(budget);
    }

    void add(VectorSchemaRoot batch, int row) {
      if (!many) {
        try {
          pool.add(Rows.sources(batch), row);
        } catch (IdBudget.Exceeded e) {
          many = true;
        }
      }
    }

    IdGroup group(CommittedRows committed, Roaring64Bitmap replaced) {
      return many ? CommittedSources.of(committed, replaced) : IdGroup.of(pool);
    }
  }

  private static boolean countsSources(LoadedTable table) {
    return table.type() instanceof EdgeType edge && CardinalityCheck.isNeeded(edge);
  }

  /** Every committed row goes; those that are not in the input count as deleted. */
  private void overwrite(
      WriteBase base,
      LoadedTable table,
      Map<TableKey, TableChange> changes,
      Map<TableKey, TableDelta> deltas) {
    CommittedRows committed = new CommittedRows(base, table.key());
    IdGroup vanished = VanishedIds.of(committed, table.ids(), budget());
    IdGroup sources =
        countsSources(table) ? CommittedSources.all(committed, budget()) : IdGroup.NONE;
    changes.put(table.key(), change(table, vanished, sources, true, null));
    boolean few = vanished.shares() == 1 && table.ids().shares() == 1;
    Set<String> written =
        few ? new UnionSet(table.ids().all().asSet(), vanished.all().asSet()) : ManyIds.INSTANCE;
    deltas.put(table.key(), new TableDelta(table.lend(), new long[0], true, written));
  }

  private static TableChange change(
      LoadedTable table,
      IdGroup removed,
      IdGroup removedSources,
      boolean replaceAll,
      @Nullable Roaring64Bitmap replaced) {
    return new TableChange(
        table.type(),
        table.rows(),
        List.of(table.input()),
        table.ids(),
        removed,
        removedSources,
        replaceAll,
        replaced,
        table.distinctIds());
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
    if (loaded != null && !closed) {
      closed = true;
      loaded.input().close();
    }
  }
}
