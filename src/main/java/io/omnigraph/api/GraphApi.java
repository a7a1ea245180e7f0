package io.omnigraph.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.PageRequest;
import io.omnigraph.PagedQuery;
import io.omnigraph.WriteOptions;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Receipt;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.ExportStream;
import io.omnigraph.write.Exporter;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of one graph in the shapes of the wire. Blocking and thread-safe like the graph below;
 * decides nothing about who may do what.
 */
public final class GraphApi {

  /** The version of the storage layout that this build reads and writes. */
  public static final int INTERNAL_SCHEMA_VERSION = 4;

  private final OmniGraph graph;
  private final QueryLimits limits;

  public GraphApi(OmniGraph graph) {
    this(graph, QueryLimits.DEFAULT);
  }

  /**
   * @param limits what a read query may use at most
   */
  public GraphApi(OmniGraph graph, QueryLimits limits) {
    this.graph = graph;
    this.limits = limits;
  }

  public OmniGraph graph() {
    return graph;
  }

  /** A read that has started; the caller closes the cursor. */
  public record OpenRead(ReadHead head, QueryCursor cursor, Supplier<ReadEnding> ending) {}

  // ---- reading

  public SnapshotOutput snapshot(@Nullable String branch) {
    BranchName name = branchOf(branch);
    return SnapshotOutput.of(name, graph.snapshot(new ReadTarget.Branch(name)));
  }

  public SchemaOutput schema() {
    return new SchemaOutput(graph.schemaSource());
  }

  /** What applying a schema would do; changes nothing. */
  public SchemaPlanOutput planSchema(SchemaApplyRequest request) {
    return SchemaPlanOutput.of(
        graph.uri(), graph.planSchema(request.schemaSource(), request.losesData()));
  }

  /** Makes a schema the one in force on main. */
  public SchemaApplyOutput applySchema(SchemaApplyRequest request, @Nullable ActorId actor) {
    return SchemaApplyOutput.of(
        graph.uri(),
        graph.applySchema(request.schemaSource(), request.losesData(), WriteOptions.by(actor)));
  }

  /**
   * What a request reads.
   *
   * @throws BadRequestException if it names both a branch and a snapshot
   */
  public static ReadTarget target(@Nullable String branch, @Nullable String snapshot) {
    if (branch != null && snapshot != null) {
      throw new BadRequestException(
          "ambiguous_target", "request may specify branch or snapshot, not both");
    }
    return snapshot != null
        ? ReadTarget.snapshot(snapshot)
        : new ReadTarget.Branch(branchOf(branch));
  }

  /** The branch against which a read is authorised. */
  public BranchName branchOf(ReadTarget target) {
    return switch (target) {
      case ReadTarget.Branch branch -> branch.name();
      case ReadTarget.ManifestVersion version -> version.branch();
      case ReadTarget.Commit commit ->
          graph.commit(commit.id()).map(GraphCommit::branch).orElse(BranchName.MAIN);
    };
  }

  /**
   * Starts a read query.
   *
   * @param withCommit whether the answer names the commit that was read
   */
  public OpenRead openQuery(QueryRequest request, boolean withCommit) {
    return openQuery(request, withCommit, how -> how);
  }

  /**
   * @param more said about how to run the query, such as what gives it up
   */
  public OpenRead openQuery(
      QueryRequest request, boolean withCommit, UnaryOperator<QueryOptions> more) {
    ReadTarget target = target(request.branch(), request.snapshot());
    CompiledQuery compiled = compile(request.query(), request.name(), target);
    if (compiled instanceof CompiledQuery.Mutation) {
      throw new BadRequestException(
          "query_contains_mutations",
          "query '%s' contains mutations (insert/update/delete); use POST /mutate for write queries"
              .formatted(compiled.name()));
    }
    QueryOptionsRequest how = request.how();
    PageRequest page = how.page();
    QueryOptions options = more.apply(how.within(limits));
    Map<String, ?> params = params(request.params());
    if (page == null) {
      QueryCursor cursor = graph.query(request.query(), request.name(), params, target, options);
      String commit = withCommit ? cursor.snapshot().head().value() : null;
      var head = new ReadHead(compiled.name(), targetOutput(target), cursor.columns(), commit);
      return new OpenRead(head, cursor, () -> new ReadEnding(null, profile(how, head, cursor)));
    }
    PagedQuery paged =
        graph.queryPage(request.query(), request.name(), params, target, page, options);
    QueryCursor cursor = paged.rows();
    String commit = withCommit ? paged.commit().value() : null;
    var head = new ReadHead(compiled.name(), targetOutput(target), cursor.columns(), commit);
    return new OpenRead(
        head,
        cursor,
        () -> new ReadEnding(paged.nextCursor().orElse(null), profile(how, head, cursor)));
  }

  private static @Nullable PlanOutput profile(
      QueryOptionsRequest how, ReadHead head, QueryCursor cursor) {
    return how.profiles() ? PlanOutput.of(head, cursor.profile(), true) : null;
  }

  /** How a read query would be executed; no row is read. */
  public PlanOutput explain(QueryRequest request) {
    OpenRead read = openQuery(request, true, how -> how.withPlanOnly(true));
    try (QueryCursor cursor = read.cursor()) {
      return PlanOutput.of(read.head(), cursor.profile(), false);
    }
  }

  /** A name that the source does not declare is a mistake in the request, not a missing thing. */
  private CompiledQuery compile(String source, @Nullable String name, ReadTarget target) {
    Snapshot snapshot = graph.snapshot(target);
    try {
      return graph.compile(source, name, snapshot);
    } catch (NotFoundException e) {
      throw new BadRequestException(e.code(), e.getMessage(), e.context(), e);
    }
  }

  private static ReadOutput.Target targetOutput(ReadTarget target) {
    return switch (target) {
      case ReadTarget.Branch branch -> new ReadOutput.Target(branch.name().value(), null);
      case ReadTarget.Commit commit -> new ReadOutput.Target(null, commit.id().value());
      case ReadTarget.ManifestVersion version -> new ReadOutput.Target(null, version.id());
    };
  }

  /** The same for a consumer that pulls and closes. */
  public ExportStream openExport(ExportRequest request) {
    return graph.openExport(
        target(request.branch(), request.snapshot()), request.typeNames(), request.tableKeys());
  }

  public void export(ExportRequest request, OutputStream out) {
    graph.export(
        target(request.branch(), request.snapshot()),
        request.typeNames(),
        request.tableKeys(),
        out);
  }

  /** The keys of the tables that a request selects, edges first. */
  public List<String> selectTables(ExportRequest request) {
    Snapshot snapshot = graph.snapshot(target(request.branch(), request.snapshot()));
    return Exporter.select(snapshot, request.typeNames(), request.tableKeys()).stream()
        .map(TableKey::toString)
        .toList();
  }

  /**
   * Writes the one type that a request selects as a columnar file.
   *
   * @throws BadRequestException if it selects none or several
   */
  public void exportTable(ExportRequest request, TabularFormat format, Path file) {
    ReadTarget target = target(request.branch(), request.snapshot());
    List<TableKey> selected =
        Exporter.select(graph.snapshot(target), request.typeNames(), request.tableKeys());
    if (selected.size() != 1) {
      throw new BadRequestException(
          "one_type_expected",
          "a "
              + format.word()
              + " export holds the rows of one type; select it by `type_names` or `table_keys`"
              + " (selected: "
              + selected.size()
              + ")");
    }
    graph.exportTable(target, selected.getFirst(), format, file);
  }

  /** Opens a blob cell; the caller closes it. */
  public BlobContent openBlob(BlobRequest request) {
    return graph.openBlob(request.selector(), target(request.branch(), request.snapshot()));
  }

  // ---- writing

  public ChangeOutput mutate(ChangeRequest request, WriteOptions write) {
    BranchName branch = branchOf(request.branch());
    CompiledQuery compiled =
        compile(request.query(), request.name(), new ReadTarget.Branch(branch));
    if (compiled instanceof CompiledQuery.Read) {
      throw new BadRequestException(
          "query_is_read",
          "query '%s' only reads; use POST /query for read queries".formatted(compiled.name()));
    }
    Receipt<MutationCounts> receipt =
        graph.mutate(request.query(), request.name(), params(request.params()), branch, write);
    return ChangeOutput.of(branch, compiled.name(), write.actor(), receipt);
  }

  /** Loads records; {@code from} creates a missing branch. */
  public IngestOutput load(
      InputStream records,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteOptions write) {
    return load(
        mode,
        branch,
        from,
        write.actor(),
        (onto, base) -> graph.load(records, mode, onto, base, write));
  }

  /** Loads the rows of a tabular file; {@code from} creates a missing branch. */
  public IngestOutput load(
      TabularInput file,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteOptions write) {
    return load(
        mode,
        branch,
        from,
        write.actor(),
        (onto, base) -> graph.load(file, LoadOptions.of(mode), onto, base, write));
  }

  private interface Loading {
    Receipt<LoadCounts> run(BranchName onto, @Nullable BranchName base);
  }

  private IngestOutput load(
      LoadMode mode,
      @Nullable String branchText,
      @Nullable String fromText,
      @Nullable ActorId actor,
      Loading loading) {
    BranchName branch = branchOf(branchText);
    BranchName from = fromText == null ? null : BranchName.of(fromText);
    boolean missing = !graph.branches().contains(branch);
    if (missing && from == null) {
      throw branchMissing(branch);
    }
    Receipt<LoadCounts> receipt = loading.run(branch, missing ? from : null);
    return new IngestOutput(
        graph.uri(),
        branch.value(),
        from == null ? null : from.value(),
        missing,
        mode.word(),
        IngestOutput.Table.of(receipt.result()),
        text(actor),
        CommitOutput.of(receipt),
        receipt.operationId(),
        receipt.replayed());
  }

  private static NotFoundException branchMissing(BranchName branch) {
    return new NotFoundException(
        "branch_not_found",
        "branch '" + branch + "' not found; pass `from` to create it",
        Map.of("branch", branch.value()));
  }

  // ---- branches and history

  public BranchListOutput branches() {
    return new BranchListOutput(graph.branches().stream().map(BranchName::value).sorted().toList());
  }

  public BranchCreateOutput createBranch(BranchCreateRequest request, @Nullable ActorId actor) {
    BranchName name = BranchName.of(request.name());
    BranchName from = branchOf(request.from());
    graph.createBranch(name, from, WriteOptions.by(actor));
    return new BranchCreateOutput(graph.uri(), from.value(), name.value(), text(actor));
  }

  public BranchDeleteOutput deleteBranch(String branch, @Nullable ActorId actor) {
    BranchName name = BranchName.of(branch);
    graph.deleteBranch(name, WriteOptions.by(actor));
    return new BranchDeleteOutput(graph.uri(), name.value(), text(actor));
  }

  /**
   * Commits of a branch, newest first.
   *
   * @param actor keep only commits this actor made or recovered; null for all
   * @param limit at least 1
   */
  public CommitListOutput commits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after) {
    return new CommitPages(graph)
        .newestFirst(
            branchOf(branch), actor, limit, after == null ? null : new CommitId(after.strip()));
  }

  public CommitOutput commit(String id) {
    CommitId commitId = new CommitId(id.strip());
    return graph
        .commit(commitId)
        .map(CommitOutput::of)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "commit_not_found",
                    "commit '" + commitId + "' not found",
                    Map.of("graph_commit_id", commitId.value())));
  }

  // ---- shared

  /** A branch named in a request; absent means main. */
  public static BranchName branchOf(@Nullable String text) {
    return text == null ? BranchName.MAIN : BranchName.of(text);
  }

  private static Map<String, ?> params(@Nullable ObjectNode params) {
    return params == null
        ? Map.of()
        : Json.MAPPER.convertValue(params, new TypeReference<Map<String, Object>>() {});
  }

  private static @Nullable String text(@Nullable ActorId actor) {
    return actor == null ? null : actor.value();
  }
}
