package io.omnigraph.cli;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
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
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.Json;
import io.omnigraph.api.PlanOutput;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.api.ResultEncoder;
import io.omnigraph.api.ResultFormat;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.embedding.Embedders;
import io.omnigraph.write.BlobContent;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A graph opened in this process: read-only for reads, with the writer lease for writes. */
final class LocalGraphClient implements GraphClient {

  private final String uri;
  private final CommandContext context;
  private final boolean wait;
  private @Nullable GraphApi open;
  private boolean writable;

  /**
   * @param wait wait for another writer of the store
   */
  LocalGraphClient(Target.Store store, CommandContext context, boolean wait) {
    this.uri = store.uri();
    this.context = context;
    this.wait = wait;
  }

  /** How stores are opened by the command line. */
  static OpenOptions options(CommandContext context, boolean write) {
    OpenOptions options = write ? OpenOptions.readWrite() : OpenOptions.readOnly();
    return options
        .withStorageOptions(context.terminal().environment())
        .withEmbedder(Embedders.fromEnvironment(context.terminal().environment()));
  }

  private GraphApi reading() {
    if (open == null) {
      open = new GraphApi(OmniGraph.open(uri, options(context, false)));
    }
    return open;
  }

  private GraphApi writing() {
    if (open != null && !writable) {
      close();
    }
    if (open == null) {
      open = new GraphApi(OmniGraph.open(uri, options(context, true).withWaitForLease(wait)));
      writable = true;
    }
    return open;
  }

  @Override
  public ReadOutput query(QueryRequest request) {
    GraphApi.OpenRead read = reading().openQuery(request, true);
    try (var cursor = read.cursor()) {
      ResultEncoder encoder = ResultEncoder.of(ResultFormat.JSON, read.head(), read.ending());
      encoder.begin();
      VectorSchemaRoot batch = cursor.next();
      while (batch != null) {
        encoder.rows(batch);
        batch = cursor.next();
      }
      encoder.end();
      return Json.MAPPER.readValue(encoder.take(), ReadOutput.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PlanOutput explain(QueryRequest request) {
    return reading().explain(request);
  }

  @Override
  public ChangeOutput mutate(ChangeRequest request, WriteConditions conditions) {
    return writing().mutate(request, conditions.options(context.actor(), null));
  }

  @Override
  public IngestOutput load(
      InputStream records,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions) {
    return writing().load(records, mode, branch, from, conditions.options(context.actor(), null));
  }

  @Override
  public IngestOutput load(
      TabularInput file,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions) {
    return writing().load(file, mode, branch, from, conditions.options(context.actor(), null));
  }

  @Override
  public SnapshotOutput snapshot(@Nullable String branch) {
    return reading().snapshot(branch);
  }

  @Override
  public void export(ExportRequest request, OutputStream out) {
    reading().export(request, out);
  }

  @Override
  public List<String> selectTables(ExportRequest request) {
    return reading().selectTables(request);
  }

  @Override
  public void exportTable(ExportRequest request, TabularFormat format, Path file) {
    reading().exportTable(request, format, file);
  }

  @Override
  public long exportHistory(OutputStream out) {
    return reading().graph().exportHistory(out);
  }

  @Override
  public BlobStatOutput statBlob(BlobRequest request) {
    try (BlobContent blob = reading().openBlob(request)) {
      return BlobVerbs.stat(request, blob);
    }
  }

  @Override
  public void readBlob(BlobRequest request, OutputStream out) {
    try (BlobContent blob = reading().openBlob(request)) {
      BlobVerbs.copy(blob, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public BranchListOutput branches() {
    return reading().branches();
  }

  @Override
  public BranchCreateOutput createBranch(BranchCreateRequest request) {
    return writing().createBranch(request, context.actor());
  }

  @Override
  public BranchDeleteOutput deleteBranch(String name) {
    return writing().deleteBranch(name, context.actor());
  }

  @Override
  public CommitListOutput commits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after) {
    return reading().commits(branch, actor, limit, after);
  }

  @Override
  public CommitOutput commit(String id) {
    return reading().commit(id);
  }

  @Override
  public SchemaOutput schema() {
    return reading().schema();
  }

  @Override
  public SchemaApplyOutput applySchema(SchemaApplyRequest request) {
    ClusterManaged.refuse(uri, "edit its schema file");
    return writing().applySchema(request, context.actor());
  }

  @Override
  public void close() {
    if (open != null) {
      open.graph().close();
      open = null;
      writable = false;
    }
  }
}
