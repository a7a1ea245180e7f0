package io.omnigraph.cli;

import io.omnigraph.api.BlobRequest;
import io.omnigraph.api.BlobStatOutput;
import io.omnigraph.api.BranchCreateOutput;
import io.omnigraph.api.BranchCreateRequest;
import io.omnigraph.api.BranchDeleteOutput;
import io.omnigraph.api.BranchListOutput;
import io.omnigraph.api.ChangeOutput;
import io.omnigraph.api.ChangeRequest;
import io.omnigraph.api.CommitListOutput;
import io.omnigraph.api.CommitOutput;
import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.PlanOutput;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of one graph, wherever it is. Both implementations give the same results and fail with
 * the same messages. Not thread-safe.
 */
interface GraphClient extends AutoCloseable {

  ReadOutput query(QueryRequest request);

  /** How a query would be executed. */
  PlanOutput explain(QueryRequest request);

  ChangeOutput mutate(ChangeRequest request, WriteConditions conditions);

  /** Loads records; {@code from} creates a missing branch. */
  IngestOutput load(
      InputStream records,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions);

  /** Loads the rows of a tabular file; {@code from} creates a missing branch. */
  IngestOutput load(
      TabularInput file,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions);

  SnapshotOutput snapshot(@Nullable String branch);

  void export(ExportRequest request, OutputStream out);

  /** The keys of the tables that a request selects, edges first. */
  List<String> selectTables(ExportRequest request);

  /** Writes the one type that a request selects as a columnar file. */
  void exportTable(ExportRequest request, TabularFormat format, Path file);

  /** Writes the history of all branches; answers the number of commits. */
  long exportHistory(OutputStream out);

  BlobStatOutput statBlob(BlobRequest request);

  /** Writes the bytes of a blob. */
  void readBlob(BlobRequest request, OutputStream out);

  BranchListOutput branches();

  BranchCreateOutput createBranch(BranchCreateRequest request);

  BranchDeleteOutput deleteBranch(String name);

  CommitListOutput commits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after);

  CommitOutput commit(String id);

  SchemaOutput schema();

  SchemaApplyOutput applySchema(SchemaApplyRequest request);

  @Override
  void close();
}
