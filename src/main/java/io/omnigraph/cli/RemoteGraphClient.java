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
import io.omnigraph.api.GraphListResponse;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.PlanOutput;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.model.TableKey;
import io.omnigraph.write.BlobSelector;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A graph of a server. */
final class RemoteGraphClient implements GraphClient {

  private final ServerConnection server;

  RemoteGraphClient(Target.Served target, CommandContext context) {
    this.server = new ServerConnection(target, context);
  }

  @Override
  public ReadOutput query(QueryRequest request) {
    return server.read(server.post("/query", request), ReadOutput.class, request.query());
  }

  @Override
  public PlanOutput explain(QueryRequest request) {
    return server.read(server.post("/query", request), PlanOutput.class, request.query());
  }

  /** How a read query of the server's catalog would be executed. */
  PlanOutput explainStored(String name, InvokeStoredQueryRequest request) {
    return server.read(server.post("/queries/" + encode(name), request), PlanOutput.class, null);
  }

  @Override
  public ChangeOutput mutate(ChangeRequest request, WriteConditions conditions) {
    return server.read(
        server.post("/mutate" + conditional(conditions), request, conditions),
        ChangeOutput.class,
        request.query());
  }

  /** Runs a read query of the server's catalog. */
  ReadOutput invokeRead(String name, InvokeStoredQueryRequest request) {
    return server.read(server.post("/queries/" + encode(name), request), ReadOutput.class, null);
  }

  /** Runs a mutation of the server's catalog. */
  ChangeOutput invokeMutation(
      String name, InvokeStoredQueryRequest request, WriteConditions conditions) {
    return server.read(
        server.post("/queries/" + encode(name) + conditional(conditions), request, conditions),
        ChangeOutput.class,
        null);
  }

  @Override
  public IngestOutput load(
      InputStream records,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions) {
    String query = "?mode=" + mode.word() + parameter("branch", branch) + parameter("from", from);
    try (CompactLines lines = new CompactLines(records)) {
      HttpRequest request =
          ServerConnection.conditioned(server.request("/load/ndjson" + query), conditions)
              .header("Content-Type", "application/x-ndjson")
              .POST(HttpRequest.BodyPublishers.ofInputStream(() -> lines))
              .build();
      try {
        return server.read(request, IngestOutput.class, null);
      } catch (CliException e) {
        if (lines.failure() != null) {
          throw lines.failure();
        }
        // The server counts lines; the user's file has records.
        throw e.reworded(e.getMessage().replaceFirst("^line (\\d+): ", "record $1: "));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("cannot read the records: " + e.getMessage(), e));
    }
  }

  @Override
  public IngestOutput load(
      TabularInput file,
      LoadMode mode,
      @Nullable String branch,
      @Nullable String from,
      WriteConditions conditions) {
    StringBuilder query = new StringBuilder("?mode=").append(mode.word());
    query.append(parameter("branch", branch)).append(parameter("from", from));
    query.append(parameter(file.table().isEdge() ? "edge" : "type", file.table().typeName()));
    file.columns()
        .forEach((property, column) -> query.append(parameter("map", property + "=" + column)));
    try {
      HttpRequest request =
          server
              .request("/load" + query)
              .header("Content-Type", mediaType(file.format()))
              .POST(HttpRequest.BodyPublishers.ofFile(file.file()))
              .build();
      return server.read(request, IngestOutput.class, null);
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("cannot read the file: " + e.getMessage(), e));
    }
  }

  private static String mediaType(TabularInput.Format format) {
    return switch (format) {
      case CSV -> "text/csv";
      case PARQUET -> TabularFormat.PARQUET.mediaType();
      case ARROW -> TabularFormat.ARROW.mediaType();
    };
  }

  @Override
  public SnapshotOutput snapshot(@Nullable String branch) {
    return server.read(
        server.get("/snapshot?" + parameter("branch", branch)), SnapshotOutput.class, null);
  }

  @Override
  public void export(ExportRequest request, OutputStream out) {
    server.copy(server.post("/export", request), "the export", out);
  }

  /** The server checks the types again; here they only decide which files there are. */
  @Override
  public List<String> selectTables(ExportRequest request) {
    List<String> all =
        snapshot(request.branch()).tables().stream().map(SnapshotOutput.Table::tableKey).toList();
    for (String key : request.tableKeys()) {
      if (!all.contains(key)) {
        throw new CliException("unknown table '" + key + "'");
      }
    }
    for (String type : request.typeNames()) {
      if (all.stream().noneMatch(key -> TableKey.parse(key).typeName().equals(type))) {
        throw new CliException("unknown type '" + type + "'");
      }
    }
    return all.stream()
        .filter(k -> request.tableKeys().isEmpty() || request.tableKeys().contains(k))
        .filter(
            k ->
                request.typeNames().isEmpty()
                    || request.typeNames().contains(TableKey.parse(k).typeName()))
        .toList();
  }

  @Override
  public void exportTable(ExportRequest request, TabularFormat format, Path file) {
    server.receive(
        server.post("/export", request),
        "the export",
        response -> {
          if (response.statusCode() != 200) {
            throw ServerConnection.failure(response);
          }
          return Files.copy(response.body(), file, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  @Override
  public long exportHistory(OutputStream out) {
    throw new CliException(
        "--all-branches reads the store itself; address it by --store (reading is possible while a"
            + " server holds the graph)");
  }

  @Override
  public BlobStatOutput statBlob(BlobRequest request) {
    // The body of an answer to HEAD is empty, so a failure would say nothing; the range keeps it
    // small.
    return server.receive(
        blob(request).header("Range", "bytes=0-0").build(),
        "the blob",
        response -> {
          byte[] bytes = response.body().readAllBytes();
          return BlobVerbs.stat(
              request,
              response.statusCode(),
              response.headers(),
              () -> ServerConnection.failure(response.statusCode(), bytes, null));
        });
  }

  @Override
  public void readBlob(BlobRequest request, OutputStream out) {
    server.receive(
        blob(request).build(),
        "the blob",
        response ->
            switch (response.statusCode()) {
              case 200 -> response.body().transferTo(out);
              case 302 ->
                  throw BlobVerbs.elsewhere(response.headers().firstValue("Location").orElse("?"));
              default -> throw ServerConnection.failure(response);
            });
  }

  private HttpRequest.Builder blob(BlobRequest request) {
    BlobSelector selector = request.selector();
    return server.request(
        "/blob?entity="
            + (selector.table().isEdge() ? "edge" : "node")
            + parameter("type", selector.table().typeName())
            + parameter("id", selector.id())
            + parameter("property", selector.property())
            + parameter("branch", request.branch())
            + parameter("snapshot", request.snapshot()));
  }

  @Override
  public BranchListOutput branches() {
    return server.read(server.get("/branches"), BranchListOutput.class, null);
  }

  @Override
  public BranchCreateOutput createBranch(BranchCreateRequest request) {
    return server.read(server.post("/branches", request), BranchCreateOutput.class, null);
  }

  @Override
  public BranchDeleteOutput deleteBranch(String name) {
    return server.read(
        server.request("/branches/" + encode(name)).DELETE().build(),
        BranchDeleteOutput.class,
        null);
  }

  @Override
  public CommitListOutput commits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after) {
    return server.read(
        server.get(
            "/commits?limit="
                + limit
                + parameter("branch", branch)
                + parameter("actor", actor)
                + parameter("after", after)),
        CommitListOutput.class,
        null);
  }

  @Override
  public CommitOutput commit(String id) {
    return server.read(server.get("/commits/" + encode(id)), CommitOutput.class, null);
  }

  @Override
  public SchemaOutput schema() {
    return server.read(server.get("/schema"), SchemaOutput.class, null);
  }

  @Override
  public SchemaApplyOutput applySchema(SchemaApplyRequest request) {
    return server.read(
        server.post("/schema/apply", request), SchemaApplyOutput.class, request.schemaSource());
  }

  /** The graphs of the server. */
  GraphListResponse graphs() {
    return server.read(
        server.serverRequest("/graphs").GET().build(), GraphListResponse.class, null);
  }

  @Override
  public void close() {
    server.close();
  }

  // ---- paths

  /** A condition has routes of its own, so that a server without them does not ignore it. */
  private static String conditional(WriteConditions conditions) {
    return conditions.ifGraphCommit() == null ? "" : "/if-graph-commit";
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + encode(value);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
