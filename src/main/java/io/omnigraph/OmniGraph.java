package io.omnigraph;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.Receipt;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.schema.Catalog;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One graph, opened in this process: the embedded API. Blocking, thread-safe; every handle on the
 * same root in a process shares one engine. Close it to release the writer lease.
 */
public final class OmniGraph implements AutoCloseable {

  private OmniGraph() {}

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
    throw unsupported();
  }

  /** Opens a graph. Read-write opening takes the writer lease and runs recovery first. */
  public static OmniGraph open(String uri, OpenOptions options) {
    throw unsupported();
  }

  /** The canonical root URI. */
  public String uri() {
    throw unsupported();
  }

  public String name() {
    throw unsupported();
  }

  // ---- reading

  /** What the target shows now. A branch is read at its current head. */
  public Snapshot snapshot(ReadTarget target) {
    throw unsupported();
  }

  /** The schema in force at the head of main. */
  public Catalog catalog() {
    throw unsupported();
  }

  /** The accepted schema text of main's head. */
  public String schemaSource() {
    throw unsupported();
  }

  /** Compiles one query of a source against the schema of a snapshot, through the plan cache. */
  public CompiledQuery compile(String source, @Nullable String name, Snapshot snapshot) {
    throw unsupported();
  }

  /**
   * Runs a read query.
   *
   * @param params by name without {@code $}: JSON-like values (String, Number, Boolean, null, List,
   *     Map)
   */
  public QueryCursor query(
      String source, @Nullable String name, Map<String, ?> params, ReadTarget target) {
    throw unsupported();
  }

  // ---- writing

  public Receipt<MutationCounts> mutate(
      String source,
      @Nullable String name,
      Map<String, ?> params,
      BranchName branch,
      WriteOptions options) {
    throw unsupported();
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
      WriteOptions options) {
    throw unsupported();
  }

  /**
   * Writes every row of a snapshot as one JSON line each: tables in key order, rows by id. Empty
   * filters mean everything.
   */
  public void export(
      ReadTarget target, List<String> typeNames, List<String> tableKeys, OutputStream out) {
    throw unsupported();
  }

  // ---- branches and history

  /** Public branches: main first, then sorted. */
  public List<BranchName> branches() {
    throw unsupported();
  }

  public void createBranch(BranchName name, BranchName from, WriteOptions options) {
    throw unsupported();
  }

  public void deleteBranch(BranchName name, WriteOptions options) {
    throw unsupported();
  }

  /** Commits visible on a branch, newest first. */
  public List<GraphCommit> commits(BranchName branch, int limit, @Nullable CommitId after) {
    throw unsupported();
  }

  public Optional<GraphCommit> commit(CommitId id) {
    throw unsupported();
  }

  @Override
  public void close() {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("assembled once its rooms have landed");
  }
}
