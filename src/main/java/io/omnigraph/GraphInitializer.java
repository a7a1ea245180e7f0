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

  /** A root that is ours to fill. */
  record Claim(Catalog catalog) {}

  /**
   * Compiles the schema and claims the root.
   *
   * @throws ConflictException with code {@code already_initialized} if a graph is there
   */
  Claim claim(String source, boolean force) {
    if (!force && schemas.anyRootFile()) {
      throw alreadyInitialized("; pass --force to overwrite");
    }
    Catalog catalog = SchemaCompiler.compile(source);
    if (force) {
      if (manifests.exists()) {
        throw alreadyInitialized(
            " and holds data, which --force never deletes; remove the folder first to start over");
      }
      schemas.writeSource(source);
      return new Claim(catalog);
    }
    // An error here leaves the file alone: it may be the claim of somebody who was faster.
    boolean mine = faults.around(FaultPoint.INIT_CLAIM, () -> schemas.claim(source));
    if (!mine) {
      throw alreadyInitialized("; pass --force to overwrite");
    }
    return new Claim(catalog);
  }

  private ConflictException alreadyInitialized(String advice) {
    return new ConflictException(
        "already_initialized",
        "graph already initialized at '" + settings.root() + "'" + advice,
        Map.of("uri", settings.root().toString()));
  }

  /** Fills a claimed root; on failure removes what it created and reports the first error. */
  void create(Claim claim, long epoch) {
    List<String> created = new ArrayList<>();
    try {
      faults.around(
          FaultPoint.INIT_CONTRACT,
          () -> {
            schemas.put(claim.catalog());
            schemas.writeContract(claim.catalog());
          });
      if (manifests.exists()) {
        throw alreadyInitialized(" although its schema files are missing; restore them");
      }
      createTables(claim.catalog(), created, epoch);
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
