package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.evolve.SchemaEvolution;
import io.omnigraph.evolve.SchemaPreview;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.maintenance.UpkeepReport;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Receipt;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.query.PlanCache;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.QueryProfile;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.BlobSelector;
import io.omnigraph.write.BundleImport;
import io.omnigraph.write.ExportStream;
import io.omnigraph.write.ExternalBlobs;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.LoadOptions;
import io.omnigraph.write.MutationCounts;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One graph, opened in this process: the embedded API. Blocking, thread-safe; every handle on the
 * same root in a process shares one engine. Close it to release the writer lease.
 */
public final class OmniGraph implements AutoCloseable {

  /** Shared by all graphs: plans depend on the schema, not on the graph. */
  private static final PlanCache PLANS = new PlanCache(16_000_000);

  private final Engines.Share share;
  private final GraphEngine engine;
  private final OpenOptions options;
  private final String name;
  private final GraphReads reads;
  private final GraphWrites writes;
  private final GraphExports exports;
  private final Runnable stopListening;
  private final AtomicBoolean closed = new AtomicBoolean();

  OmniGraph(Engines.Share share, OpenOptions options) {
    this.share = share;
    this.engine = share.engine();
    this.options = options;
    this.name = GraphOpening.graphName(engine.settings().root(), options);
    this.reads = new GraphReads(engine, PLANS, options.readConsistency().maxAge());
    this.writes = new GraphWrites(engine, PLANS, options);
    this.exports = new GraphExports(engine);
    this.stopListening = engine.listeners().add(name, options.listener());
  }

  /**
   * Creates an empty graph and opens it read-write.
   *
   * @param uri a local path, {@code file://} or {@code s3://} URI
   * @param schemaSource {@code .pg} text
   * @param force overwrite the schema files of an abandoned attempt
   * @throws io.omnigraph.model.ConflictException with code {@code already_initialized} if a graph
   *     is there
   */
  public static OmniGraph init(
      String uri, String schemaSource, boolean force, OpenOptions options) {
    GraphUri root = GraphUri.parse(uri).canonical();
    OpenOptions writing = options.withMode(OpenOptions.Mode.READ_WRITE);
    return new OmniGraph(GraphOpening.create(root, schemaSource, force, writing), writing);
  }

  /**
   * Makes a graph with its whole history from a bundle that {@link #exportHistory} wrote: all of it
   * or nothing.
   *
   * @throws io.omnigraph.model.ConflictException with code {@code already_initialized} if a graph
   *     is there
   * @throws BadRequestException if the bundle is damaged, cut short or of another format
   */
  public static BundleImport.Result importHistory(
      String uri, InputStream bundle, OpenOptions options) {
    GraphUri root = GraphUri.parse(uri).canonical();
    ExternalBlobs external = ExternalBlobs.fromEnvironment(EngineSettings.environment(options));
    EngineSettings settings = EngineSettings.production(root, options);
    try (ObjectStore objects = settings.objects();
        TableStorage storage = settings.storage()) {
      return new GraphImporter(settings).run(bundle, external);
    }
  }

  /**
   * Opens a graph. Read-write opening takes the writer lease and runs recovery first.
   *
   * @throws NotFoundException with code {@code graph_not_found} if there is none at the root
   */
  public static OmniGraph open(String uri, OpenOptions options) {
    return new OmniGraph(GraphOpening.open(GraphUri.parse(uri).canonical(), options), options);
  }

  /** The canonical root URI. */
  public String uri() {
    return engine.settings().root().toString();
  }

  public String name() {
    return name;
  }

  // ---- reading

  /** What the target shows now. A branch is read at its current head. */
  public Snapshot snapshot(ReadTarget target) {
    return reads().snapshot(target);
  }

  /**
   * Looks at the head of a branch now, whatever age {@link OpenOptions#readConsistency} allows;
   * reads that follow are at least as new.
   */
  public Snapshot syncBranch(BranchName branch) {
    requireOpen();
    return engine.heads().snapshot(branch);
  }

  /** The schema in force at the head of main. */
  public Catalog catalog() {
    return snapshot(ReadTarget.MAIN).catalog();
  }

  /** The accepted schema text of main's head. */
  public String schemaSource() {
    requireOpen();
    return engine.schemas().source(catalog());
  }

  // ---- changing the schema

  /**
   * What applying a schema to main would do, and whether it can be done. Changes nothing.
   *
   * @param source {@code .pg} text
   * @param allowDataLoss plan drops that take the data out of the past too
   * @throws io.omnigraph.model.CompileException if the text does not compile
   */
  public MigrationPlan planSchema(String source, boolean allowDataLoss) {
    return preview(source, allowDataLoss).plan();
  }

  private SchemaPreview preview(String source, boolean allowDataLoss) {
    return SchemaEvolution.preview(
        snapshot(ReadTarget.MAIN), engine.schemas(), source, allowDataLoss);
  }

  /**
   * {@link #planSchema} with the schema that would be in force and what each step costs; refused
   * where {@link #applySchema} would be.
   */
  public SchemaPreview previewSchema(String source, boolean allowDataLoss) {
    return SchemaEvolution.requireApplicable(preview(source, allowDataLoss), branches());
  }

  /**
   * Makes a schema the one in force on main, in one commit. Data is kept as far as the plan of
   * {@link #planSchema} says; older commits keep their own schema.
   *
   * @throws io.omnigraph.model.CompileException if the text does not compile
   * @throws BadRequestException with code {@code schema_change_unsupported} if a step cannot be
   *     done; nothing changed
   * @throws io.omnigraph.model.ConflictException if another schema is being applied, or the graph
   *     has branches and the plan is not purely additive
   */
  public SchemaApplied applySchema(String source, boolean allowDataLoss, WriteOptions write) {
    return applySchema(source, allowDataLoss, schema -> {}, write);
  }

  /**
   * {@link #applySchema(String, boolean, WriteOptions)} if the new schema suits somebody else.
   *
   * @param acceptable throws if the schema would break something, such as a stored query
   */
  public SchemaApplied applySchema(
      String source, boolean allowDataLoss, Consumer<Catalog> acceptable, WriteOptions write) {
    return writes().applySchema(source, allowDataLoss, acceptable, write);
  }

  /** Compiles one query of a source against the schema of a snapshot, through the plan cache. */
  public CompiledQuery compile(String source, @Nullable String queryName, Snapshot snapshot) {
    return PLANS.compile(source, queryName, snapshot.catalog());
  }

  /**
   * Runs a read query.
   *
   * @param params by name without {@code $}: JSON-like values (String, Number, Boolean, null, List,
   *     Map)
   */
  public QueryCursor query(
      String source, @Nullable String queryName, Map<String, ?> params, ReadTarget target) {
    return query(source, queryName, params, target, QueryOptions.DEFAULT);
  }

  /** {@link #query(String, String, Map, ReadTarget)} with limits and a profile. */
  public QueryCursor query(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      QueryOptions how) {
    return reads().query(source, queryName, params, target, how);
  }

  /**
   * Runs a read query page by page. Every page reads the commit of the first one.
   *
   * @throws BadRequestException if the cursor is damaged ({@code invalid_cursor}) or belongs to
   *     another request ({@code cursor_mismatch}), or the query is ranked
   * @throws io.omnigraph.model.GoneException with code {@code cursor_expired} if its commit cannot
   *     be read any more or the first page is older than a day
   */
  public PagedQuery queryPage(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      PageRequest page,
      QueryOptions how) {
    return reads().page(source, queryName, params, target, page, how);
  }

  /** The commit that the pages of a cursor read; it says nothing about who may read it. */
  public static CommitId commitOfCursor(String cursor) {
    return PageToken.decode(cursor).commit();
  }

  /** How a read query would be executed, without running it or building the caches it would use. */
  public QueryProfile explain(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      QueryOptions how) {
    try (QueryCursor cursor = query(source, queryName, params, target, how.withPlanOnly(true))) {
      return cursor.profile();
    }
  }

  // ---- writing

  public Receipt<MutationCounts> mutate(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      BranchName branch,
      WriteOptions write) {
    return writes().mutate(source, queryName, params, branch, write);
  }

  /**
   * Loads a stream of JSON records in one commit.
   *
   * @param from branch to create {@code branch} from if it does not exist; null to require it
   */
  public Receipt<LoadCounts> load(
      InputStream records,
      LoadMode mode,
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write) {
    return load(records, LoadOptions.of(mode), branch, from, write);
  }

  /** {@link #load(InputStream, LoadMode, BranchName, BranchName, WriteOptions)} in detail. */
  public Receipt<LoadCounts> load(
      InputStream records,
      LoadOptions how,
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write) {
    return writes().load(records, how, branch, from, write);
  }

  /**
   * Loads the rows of one tabular file (CSV, Parquet or Arrow) in one commit.
   *
   * @param from branch to create {@code branch} from if it does not exist; null to require it
   * @throws BadRequestException if an idempotency key is given: files are not digested
   */
  public Receipt<LoadCounts> load(
      TabularInput file,
      LoadOptions how,
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write) {
    return writes().load(file, how, branch, from, write);
  }

  // ---- taking out

  /**
   * Opens one blob cell; the caller closes it.
   *
   * @throws BadRequestException if the schema has no such blob property
   * @throws NotFoundException if there is no such entity or its cell is null
   */
  public BlobContent openBlob(BlobSelector selector, ReadTarget target) {
    return exports.openBlob(snapshot(target), selector);
  }

  /**
   * Writes every row of a snapshot as one JSON line each: tables in key order, rows by id. Empty
   * filters mean everything.
   *
   * @throws BadRequestException if a filter names something unknown; nothing was written then
   */
  public void export(
      ReadTarget target, List<String> typeNames, List<String> tableKeys, OutputStream out) {
    exports.write(snapshot(target), typeNames, tableKeys, out);
  }

  /**
   * {@link #export} for a consumer that pulls; closing it gives up the rest.
   *
   * @throws BadRequestException if a filter names something unknown
   */
  public ExportStream openExport(
      ReadTarget target, List<String> typeNames, List<String> tableKeys) {
    return exports.open(snapshot(target), typeNames, tableKeys);
  }

  /**
   * Writes the rows of one type as a Parquet or Arrow file.
   *
   * @return the number of rows; a Parquet file of none is not written
   * @throws BadRequestException if the schema has no such table
   */
  public long exportTable(ReadTarget target, TableKey key, TabularFormat format, Path file) {
    return exports.writeTable(snapshot(target), key, format, file);
  }

  /**
   * Writes the history of all branches as a bundle that {@link #importHistory} takes: what every
   * commit changed, with ids, parents, actors and times. What is committed meanwhile is not in it.
   *
   * @return the number of commits
   */
  public long exportHistory(OutputStream out) {
    return exports.writeHistory(name, branches(), schemaSource(), out);
  }

  /**
   * One node or edge as a target shows it: the JSON record that an export would hold. Opens no
   * other table.
   *
   * @return empty if there is no such table or row
   */
  public Optional<String> entityAt(ReadTarget target, TableKey table, String id) {
    return exports.entity(snapshot(target), table, id);
  }

  // ---- branches and history

  /** Public branches: main first, then sorted. */
  public List<BranchName> branches() {
    return reads().branches();
  }

  public void createBranch(BranchName branch, BranchName from, WriteOptions write) {
    writes().createBranch(branch, from, write);
  }

  public void deleteBranch(BranchName branch, WriteOptions write) {
    writes().deleteBranch(branch, write);
  }

  /** Commits visible on a branch, newest first. */
  public List<GraphCommit> commits(BranchName branch, int limit, @Nullable CommitId after) {
    requireOpen();
    return engine.heads().graph(branch).newestFirst(limit, after);
  }

  /** The history of a branch as a projection that this process keeps up with every publish. */
  public CommitGraph history(BranchName branch) {
    requireOpen();
    return engine.heads().graph(branch);
  }

  /** Looks a commit up on main first, then on every other branch. */
  public Optional<GraphCommit> commit(CommitId id) {
    return reads().commit(id);
  }

  // ---- upkeep

  /**
   * Builds the indices that the schema asks for and that are missing. Answers never depend on it,
   * only their speed.
   *
   * @param minRows smaller tables are left alone; 1 for all that have rows
   */
  public UpkeepReport ensureIndices(BranchName branch, long minRows) {
    requireWritable();
    return new Upkeep(engine.lanes(), engine.settings().storage()).ensureIndices(branch, minRows);
  }

  /** Folds small files of the tables that a branch owns and brings their indices up to date. */
  public UpkeepReport optimize(BranchName branch) {
    requireWritable();
    return new Upkeep(engine.lanes(), engine.settings().storage()).optimize(branch);
  }

  /**
   * Removes the past that a policy gives up. Reading a removed version fails with {@link
   * io.omnigraph.model.GoneException}.
   *
   * @param preview look only, remove nothing
   */
  public CleanupReport cleanup(CleanupPolicy policy, boolean preview) {
    requireWritable();
    return engine.cleanup().run(policy, preview);
  }

  /** What recovery has done to this graph, newest first. */
  public List<RecoveryAudit.Entry> recoveries() {
    requireOpen();
    return new RecoveryAudit(engine.settings().storage(), engine.settings().ids()).entries();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stopListening.run();
      writes.close();
      share.release().run();
    }
  }

  private GraphReads reads() {
    requireOpen();
    return reads;
  }

  private GraphWrites writes() {
    requireWritable();
    return writes;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new BadRequestException("graph_closed", "this handle on " + uri() + " was closed");
    }
  }

  private void requireWritable() {
    requireOpen();
    if (options.mode() == OpenOptions.Mode.READ_ONLY) {
      throw GraphEngine.readOnly();
    }
  }

  /** For the assembly of handles in tests. */
  GraphEngine engine() {
    return engine;
  }
}
