package io.omnigraph;

import io.omnigraph.branch.Branches;
import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.evolve.SchemaEvolution;
import io.omnigraph.evolve.SchemaPreview;
import io.omnigraph.evolve.SchemaRequest;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.maintenance.UpkeepReport;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.Access;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Receipt;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.PlanCache;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.QueryProfile;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.TableBranch;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.object.ReachableBlobs;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.BlobSelector;
import io.omnigraph.write.BundleExport;
import io.omnigraph.write.BundleHistory;
import io.omnigraph.write.BundleImport;
import io.omnigraph.write.ExportStream;
import io.omnigraph.write.Exporter;
import io.omnigraph.write.ExternalBlobs;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.LoadOperation;
import io.omnigraph.write.LoadOptions;
import io.omnigraph.write.MutationCounts;
import io.omnigraph.write.MutationOperation;
import io.omnigraph.write.TabularExporter;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import io.omnigraph.write.WriteRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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
  private final ReachableBlobs blobSources;
  private final ExternalBlobs externalBlobs;
  private final Runnable stopListening;
  private final AtomicBoolean closed = new AtomicBoolean();

  OmniGraph(Engines.Share share, OpenOptions options) {
    this.share = share;
    this.engine = share.engine();
    this.options = options;
    this.blobSources = new ReachableBlobs(EngineSettings.storageOptions(options));
    this.externalBlobs =
        ExternalBlobs.fromEnvironment(EngineSettings.environment(options)).lookedAtBy(blobSources);
    this.name = graphName(engine.settings().root(), options);
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
    return new OmniGraph(
        Engines.init(
            root,
            () ->
                GraphEngine.init(
                    EngineSettings.production(root, writing),
                    GraphEngine.Reading.of(writing),
                    graphName(root, writing),
                    schemaSource,
                    force,
                    writing.waitForLease())),
        writing);
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
    GraphUri root = GraphUri.parse(uri).canonical();
    try {
      return new OmniGraph(share(root, options), options);
    } catch (NotFoundException e) {
      if (!e.code().equals("graph_not_found")) {
        throw e;
      }
      throw new NotFoundException(
          e.code(), "there is no graph at '" + root + "'", Map.of("uri", root.toString()), e);
    }
  }

  private static Engines.Share share(GraphUri root, OpenOptions options) {
    return switch (options.mode()) {
      case READ_WRITE ->
          Engines.openReadWrite(
              root,
              () ->
                  GraphEngine.openReadWrite(
                      EngineSettings.production(root, options),
                      GraphEngine.Reading.of(options),
                      graphName(root, options),
                      options.waitForLease()));
      case READ_ONLY ->
          Engines.openReadOnly(
              root,
              () ->
                  GraphEngine.openReadOnly(
                      EngineSettings.production(root, options), GraphEngine.Reading.of(options)));
    };
  }

  private static String graphName(GraphUri root, OpenOptions options) {
    if (options.graphName() != null) {
      return options.graphName();
    }
    String location = root.location();
    return location.substring(location.lastIndexOf('/') + 1);
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
    requireOpen();
    return switch (target) {
      case ReadTarget.Branch(var branch) ->
          engine.heads().snapshot(branch, options.readConsistency().maxAge());
      case ReadTarget.ManifestVersion(var branch, var version) ->
          engine.snapshotAt(branch, version);
      case ReadTarget.Commit(var id) -> {
        GraphCommit commit =
            commit(id)
                .orElseThrow(
                    () ->
                        new NotFoundException(
                            "commit_not_found",
                            "commit '" + id + "' not found",
                            Map.of("graph_commit_id", id.value())));
        yield engine.snapshotOf(commit);
      }
    };
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
    requireWritable();
    options
        .guard()
        .check(new Access(Access.Action.SCHEMA_APPLY, write.actor(), null, BranchName.MAIN));
    if (write.idempotencyKey() != null) {
      throw new BadRequestException(
          "idempotency_not_supported",
          "applying a schema takes no idempotency key: applying it twice changes nothing");
    }
    return engine
        .evolution()
        .apply(
            new SchemaRequest(
                source, allowDataLoss, acceptable, write.actor(), write.expectedHead()));
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
    return run(
        source, queryName, params, snapshot(target), engine.settings().clock().instant(), how);
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
    return new Pages(engine.settings().clock().instant())
        .open(
            this,
            source,
            queryName,
            params,
            target,
            page,
            how,
            (snapshot, now, paged) -> run(source, queryName, params, snapshot, now, paged));
  }

  /** The commit that the pages of a cursor read; it says nothing about who may read it. */
  public static CommitId commitOfCursor(String cursor) {
    return PageToken.decode(cursor).commit();
  }

  /** How a read query would be executed, without running it. */
  public QueryProfile explain(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      QueryOptions how) {
    try (QueryCursor cursor = query(source, queryName, params, target, how)) {
      return cursor.profile();
    }
  }

  private QueryCursor run(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      Snapshot snapshot,
      Instant now,
      QueryOptions how) {
    CompiledQuery compiled = compile(source, queryName, snapshot);
    if (!(compiled instanceof CompiledQuery.Read read)) {
      throw new BadRequestException(
          "not_a_read_query",
          "mutation query cannot be typechecked with read-query API: query '"
              + compiled.name()
              + "' changes the graph; run it as a mutation",
          Map.of("query", compiled.name()));
    }
    Parameters bound = ParameterBinder.bind(read, params, now);
    return engine.queries().execute(read, bound, snapshot, how);
  }

  // ---- writing

  public Receipt<MutationCounts> mutate(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      BranchName branch,
      WriteOptions write) {
    requireWritable();
    options.guard().check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    Snapshot snapshot = engine.lanes().settledSnapshot(branch);
    CompiledQuery compiled = compile(source, queryName, snapshot);
    if (!(compiled instanceof CompiledQuery.Mutation mutation)) {
      throw new BadRequestException(
          "not_a_mutation",
          "mutation execution called on a read query; use query instead",
          Map.of("query", compiled.name()));
    }
    Parameters bound = ParameterBinder.bind(mutation, params, engine.settings().clock().instant());
    String digest =
        write.idempotencyKey() == null
            ? null
            : RequestDigest.of("mutation", source, mutation.name(), RequestDigest.text(params));
    return engine
        .lanes()
        .submit(
            new MutationOperation(
                mutation,
                snapshot.catalog(),
                bound,
                request(branch, write, digest),
                engine.settings().ids(),
                externalBlobs));
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
    requireWritable();
    options.guard().check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    @Nullable CommitId fork = requireBranch(branch, from, write);
    try (RequestDigest.Spooled input =
            RequestDigest.spool(
                records, "load", how.mode().word(), write.idempotencyKey() != null);
        LoadOperation operation =
            new LoadOperation(
                input.stream(),
                admitting(how),
                request(branch, write, input.digest()),
                engine.settings().storage().allocator(),
                engine.settings().ids())) {
      return engine.lanes().submit(operation);
    } catch (RuntimeException e) {
      undoFork(branch, fork, e);
      throw e;
    }
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
    requireWritable();
    options.guard().check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    if (write.idempotencyKey() != null) {
      throw new BadRequestException(
          "idempotency_not_supported",
          "a load of a tabular file takes no idempotency key; load it as a stream of records");
    }
    @Nullable CommitId fork = requireBranch(branch, from, write);
    try (LoadOperation operation =
        new LoadOperation(
            file,
            admitting(how),
            request(branch, write, null),
            engine.settings().storage().allocator(),
            engine.settings().ids())) {
      return engine.lanes().submit(operation);
    } catch (RuntimeException e) {
      undoFork(branch, fork, e);
      throw e;
    }
  }

  private LoadOptions admitting(LoadOptions how) {
    return how.externalBlobs().prefixes().isEmpty()
        ? how.withExternalBlobs(externalBlobs)
        : how.withExternalBlobs(how.externalBlobs().lookedAtBy(blobSources));
  }

  /** Returns the head of the branch if it had to be made, else null. */
  private @Nullable CommitId requireBranch(
      BranchName branch, @Nullable BranchName from, WriteOptions write) {
    try {
      engine.heads().snapshot(branch);
      return null;
    } catch (NotFoundException e) {
      if (from == null) {
        throw new NotFoundException(
            "branch_not_found",
            "branch '" + branch + "' not found; pass `from` to create it",
            Map.of("branch", branch.value()),
            e);
      }
      createBranch(branch, from, write);
      return engine.heads().snapshot(branch).head();
    }
  }

  /** A load that made its branch and then failed leaves none, unless somebody else used it. */
  private void undoFork(BranchName branch, @Nullable CommitId fork, RuntimeException failure) {
    if (fork == null) {
      return;
    }
    try {
      engine.branches().deleteUnused(branch, fork);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static WriteRequest request(
      BranchName branch, WriteOptions write, @Nullable String digest) {
    return new WriteRequest(
        branch,
        write.actor(),
        write.expectedHead(),
        write.idempotencyKey(),
        digest,
        write.operationId());
  }

  /**
   * Opens one blob cell; the caller closes it.
   *
   * @throws BadRequestException if the schema has no such blob property
   * @throws NotFoundException if there is no such entity or its cell is null
   */
  public BlobContent openBlob(BlobSelector selector, ReadTarget target) {
    Snapshot snapshot = snapshot(target);
    return BlobContent.open(snapshot, selector, key -> engine.handles().open(snapshot, key));
  }

  /**
   * Writes every row of a snapshot as one JSON line each: tables in key order, rows by id. Empty
   * filters mean everything.
   *
   * @throws BadRequestException if a filter names something unknown; nothing was written then
   */
  public void export(
      ReadTarget target, List<String> typeNames, List<String> tableKeys, OutputStream out) {
    try (ExportStream stream = openExport(target, typeNames, tableKeys)) {
      for (byte[] piece = stream.next(1 << 16); piece != null; piece = stream.next(1 << 16)) {
        out.write(piece);
      }
      out.flush();
    } catch (IOException e) {
      throw new StorageException(
          "output_unwritable", "cannot write the export: " + e.getMessage(), Map.of(), e);
    }
  }

  /**
   * {@link #export} for a consumer that pulls; closing it gives up the rest.
   *
   * @throws BadRequestException if a filter names something unknown
   */
  public ExportStream openExport(
      ReadTarget target, List<String> typeNames, List<String> tableKeys) {
    Snapshot snapshot = snapshot(target);
    List<TableKey> selected = Exporter.select(snapshot, typeNames, tableKeys);
    List<TableHandles.Lease> leases = new ArrayList<>();
    return new Exporter(
            snapshot,
            key -> {
              TableHandles.Lease lease = engine.handles().open(snapshot, key);
              leases.add(lease);
              return lease.handle();
            })
        .open(selected, () -> leases.forEach(TableHandles.Lease::close));
  }

  /**
   * Writes the rows of one type as a Parquet or Arrow file.
   *
   * @return the number of rows; a Parquet file of none is not written
   * @throws BadRequestException if the schema has no such table
   */
  public long exportTable(ReadTarget target, TableKey key, TabularFormat format, Path file) {
    Snapshot snapshot = snapshot(target);
    Exporter.select(snapshot, List.of(), List.of(key.toString()));
    try (TableHandles.Lease lease = engine.handles().open(snapshot, key)) {
      return TabularExporter.write(
          lease.handle(),
          snapshot.catalog().type(key).orElseThrow(),
          format,
          file,
          engine.settings().storage().allocator());
    }
  }

  /**
   * Writes the history of all branches as a bundle that {@link #importHistory} takes: what every
   * commit changed, with ids, parents, actors and times. What is committed meanwhile is not in it.
   *
   * @return the number of commits
   */
  public long exportHistory(OutputStream out) {
    requireOpen();
    List<BundleHistory.Branch> all = new ArrayList<>();
    Map<BranchName, BranchName> parents = new java.util.HashMap<>();
    for (TableBranch branch : engine.manifests().branches()) {
      BranchName parent = branch.parent();
      parents.put(branch.name(), parent == null ? BranchName.MAIN : parent);
    }
    String source = schemaSource();
    for (BranchName branch : branches()) {
      try (ManifestState head = engine.manifests().openHead(branch)) {
        all.add(
            new BundleHistory.Branch(
                branch,
                branch.isMain() ? null : parents.getOrDefault(branch, BranchName.MAIN),
                engine.log().records(head, 0)));
      }
    }
    BundleExport.Reading reading =
        new BundleExport.Reading() {
          @Override
          public Snapshot snapshot(BranchName branch, long manifestVersion) {
            return engine.snapshotAt(branch, manifestVersion);
          }

          @Override
          public TableHandles.Lease open(Snapshot snapshot, TableKey key) {
            return engine.handles().open(snapshot, key);
          }
        };
    return new BundleExport(new BundleHistory(all), reading)
        .write(name, source, engine.settings().clock().instant(), out);
  }

  /**
   * One node or edge as a target shows it: the JSON record that an export would hold. Opens no
   * other table.
   *
   * @return empty if there is no such table or row
   */
  public Optional<String> entityAt(ReadTarget target, TableKey table, String id) {
    Snapshot snapshot = snapshot(target);
    List<TableHandles.Lease> leases = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      boolean found =
          new Exporter(
                  snapshot,
                  key -> {
                    TableHandles.Lease lease = engine.handles().open(snapshot, key);
                    leases.add(lease);
                    return lease.handle();
                  })
              .writeEntity(table, id, out);
      return found ? Optional.of(out.toString(StandardCharsets.UTF_8).strip()) : Optional.empty();
    } finally {
      leases.forEach(TableHandles.Lease::close);
    }
  }

  // ---- branches and history

  /** Public branches: main first, then sorted. */
  public List<BranchName> branches() {
    requireOpen();
    return Branches.list(engine.manifests());
  }

  public void createBranch(BranchName branch, BranchName from, WriteOptions write) {
    requireWritable();
    options.guard().check(new Access(Access.Action.BRANCH_CREATE, write.actor(), from, branch));
    engine.branches().create(branch, from);
  }

  public void deleteBranch(BranchName branch, WriteOptions write) {
    requireWritable();
    options.guard().check(new Access(Access.Action.BRANCH_DELETE, write.actor(), null, branch));
    engine.branches().delete(branch);
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
    requireOpen();
    Optional<GraphCommit> onMain = engine.heads().graph(BranchName.MAIN).find(id);
    if (onMain.isPresent()) {
      return onMain;
    }
    for (BranchName branch : branches()) {
      Optional<GraphCommit> found = engine.heads().graph(branch).find(id);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
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
      blobSources.close();
      share.release().run();
    }
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
