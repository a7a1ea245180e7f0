package io.omnigraph;

import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.HeadRow;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a graph: the claim of the root, the schema files, one empty table per type, and last the
 * manifest, whose single commit makes it a graph. A failure removes what this attempt created.
 */
final class GraphInitializer {

  private static final Logger LOG = LoggerFactory.getLogger(GraphInitializer.class);

  private final EngineSettings settings;
  private final FaultInjector faults;
  private final TableStorage storage;
  private final ManifestStore manifests;
  private final SchemaStore schemas;

  GraphInitializer(EngineSettings settings, ManifestStore manifests, SchemaStore schemas) {
    this.settings = settings;
    this.faults = settings.faults();
    this.storage = settings.storage();
    this.manifests = manifests;
    this.schemas = schemas;
  }

  /**
   * Compiles the schema and looks whether the root is free. Writes nothing.
   *
   * @throws ConflictException with code {@code already_initialized} if a graph is there, or schema
   *     files that are not what a creation with this very schema would have left
   */
  Catalog check(String source, boolean force) {
    if (!force && !isFree(source)) {
      throw alreadyInitialized("; pass --force to overwrite");
    }
    Catalog catalog = SchemaCompiler.compile(source);
    if (manifests.exists()) {
      throw alreadyInitialized(
          force
              ? " and holds data, which --force never deletes; remove the folder first to start"
                  + " over"
              : " although its schema files are missing; restore them");
    }
    return catalog;
  }

  /** An attempt that died, or whose answers were lost, left our own schema and no manifest. */
  private boolean isFree(String source) {
    return !schemas.anyRootFile() || schemas.isClaimedWith(source) && !manifests.exists();
  }

  /**
   * Claims the root. Call it with the writer lease held: nobody else is creating a graph here then.
   *
   * @throws ConflictException with code {@code already_initialized} if somebody was faster
   */
  void claim(String source, boolean force) {
    if (force) {
      faults.around(FaultPoint.INIT_CLAIM, () -> schemas.writeSource(source));
      return;
    }
    if (!isFree(source)) {
      throw alreadyInitialized("; pass --force to overwrite");
    }
    boolean mine;
    try {
      mine = faults.around(FaultPoint.INIT_CLAIM, () -> schemas.claim(source));
    } catch (GraphException e) {
      // The answer may have been lost: what lies there now can only be from this attempt.
      if (!schemas.isClaimedWith(source)) {
        throw e;
      }
      mine = true;
    }
    if (!mine && !isFree(source)) {
      throw alreadyInitialized("; pass --force to overwrite");
    }
  }

  private ConflictException alreadyInitialized(String advice) {
    return new ConflictException(
        "already_initialized",
        "graph already initialized at '" + settings.root() + "'" + advice,
        Map.of("uri", settings.root().toString()));
  }

  /** Fills a claimed root; on failure removes what it created and reports the first error. */
  void create(Catalog catalog, long epoch) {
    List<String> created = new ArrayList<>();
    try {
      faults.around(
          FaultPoint.INIT_CONTRACT,
          () -> {
            schemas.put(catalog);
            schemas.writeContract(catalog);
          });
      createTables(catalog, created, epoch);
    } catch (RuntimeException | Error e) {
      cleanUp(created, e);
      throw e;
    }
  }

  private void createTables(Catalog catalog, List<String> created, long epoch) {
    List<ManifestRow> rows = new ArrayList<>();
    Map<TableKey, TableMove> moves = new TreeMap<>();
    for (EntityType type : catalog.types().toList()) {
      TableKey key = type.tableKey();
      String path = TablePaths.of(key);
      created.add(path);
      faults.around(
          FaultPoint.INIT_TABLE,
          () -> {
            try (SnapshotHandle table = createTable(path, TableSchemas.of(type))) {
              storage.forceCommitted(table);
              TableEntry entry = new TableEntry(key, path, table.version(), null, 0);
              rows.add(ManifestRow.table(key, path));
              rows.add(ManifestRow.version(entry, table.manifestFile()));
              moves.put(key, new TableMove(key, 0, table.version(), null, 0));
            }
          });
    }
    CommitId genesis = new CommitId(settings.ids().nextUlid());
    rows.add(
        ManifestRow.commit(
            CommitCodec.encode(
                new CommitRecord(genesis(genesis, moves, catalog.hash()), List.of())),
            false));
    HeadRow head = new HeadRow(BranchName.MAIN, genesis, null, epoch, catalog.hash());
    created.add(ManifestStore.PATH);
    try {
      faults.around(FaultPoint.INIT_MANIFEST, () -> manifests.create(rows, head));
    } catch (GraphException e) {
      if (!landed(genesis, e)) {
        throw e;
      }
    }
  }

  /**
   * Without a manifest nothing refers to a dataset: what lies here is an earlier failed attempt.
   */
  private SnapshotHandle createTable(String path, Schema schema) {
    try (RowSource nothing = RowSource.empty(schema)) {
      try {
        return storage.create(TableAddress.main(path), schema, Map.of(), nothing);
      } catch (ConflictException e) {
        storage.drop(path);
        return storage.create(TableAddress.main(path), schema, Map.of(), nothing);
      }
    }
  }

  private boolean landed(CommitId genesis, GraphException failure) {
    try (ManifestState state = manifests.openHead(BranchName.MAIN)) {
      return state.head().commit().equals(genesis);
    } catch (GraphException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private GraphCommit genesis(CommitId id, Map<TableKey, TableMove> moves, String schemaHash) {
    Instant now = settings.clock().instant();
    return new GraphCommit(
        id,
        BranchName.MAIN,
        1,
        null,
        null,
        null,
        now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000,
        CommitKind.INIT,
        List.copyOf(moves.values()),
        schemaHash,
        null,
        null);
  }

  private void cleanUp(List<String> created, Throwable failure) {
    try {
      faults.around(
          FaultPoint.INIT_CLEANUP,
          () -> {
            created.forEach(storage::drop);
            schemas.deleteRootFiles();
          });
    } catch (RuntimeException e) {
      LOG.warn("what the failed init left at {} could not be removed", settings.root(), e);
      failure.addSuppressed(e);
    }
  }
}
