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
import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.GraphListResponse;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.Json;
import io.omnigraph.api.PlanOutput;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.DiagnosticRenderer;
import io.omnigraph.model.SourceText;
import io.omnigraph.model.TableKey;
import io.omnigraph.write.BlobSelector;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A graph of a server. */
final class RemoteGraphClient implements GraphClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int PRECONDITION_FAILED = 412;
  private static final int LONGEST_BODY_SHOWN = 500;

  private final Target.Served target;
  private final @Nullable String token;
  private final HttpClient http;

  RemoteGraphClient(Target.Served target, CommandContext context) {
    this.target = target;
    this.token = Tokens.find(target.base(), context.config(), context.terminal().environment());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  @Override
  public ReadOutput query(QueryRequest request) {
    return read(post("/query", request), ReadOutput.class, request.query());
  }

  @Override
  public PlanOutput explain(QueryRequest request) {
    return read(post("/query", request), PlanOutput.class, request.query());
  }

  /** How a read query of the server's catalog would be executed. */
  PlanOutput explainStored(String name, InvokeStoredQueryRequest request) {
    return read(post("/queries/" + encode(name), request), PlanOutput.class, null);
  }

  @Override
  public ChangeOutput mutate(ChangeRequest request, WriteConditions conditions) {
    return read(
        post("/mutate" + conditional(conditions), request, conditions),
        ChangeOutput.class,
        request.query());
  }

  /** Runs a read query of the server's catalog. */
  ReadOutput invokeRead(String name, InvokeStoredQueryRequest request) {
    return read(post("/queries/" + encode(name), request), ReadOutput.class, null);
  }

  /** Runs a mutation of the server's catalog. */
  ChangeOutput invokeMutation(
      String name, InvokeStoredQueryRequest request, WriteConditions conditions) {
    return read(
        post("/queries/" + encode(name) + conditional(conditions), request, conditions),
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
          conditioned(request("/load/ndjson" + query), conditions)
              .header("Content-Type", "application/x-ndjson")
              .POST(HttpRequest.BodyPublishers.ofInputStream(() -> lines))
              .build();
      try {
        return read(request, IngestOutput.class, null);
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
          request("/load" + query)
              .header("Content-Type", mediaType(file.format()))
              .POST(HttpRequest.BodyPublishers.ofFile(file.file()))
              .build();
      return read(request, IngestOutput.class, null);
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
    return read(get("/snapshot?" + parameter("branch", branch)), SnapshotOutput.class, null);
  }

  @Override
  public void export(ExportRequest request, OutputStream out) {
    HttpResponse<InputStream> response = send(post("/export", request));
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), body.readAllBytes(), null);
      }
      body.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("the export broke off: " + e.getMessage(), e));
    }
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
    HttpResponse<InputStream> response = send(post("/export", request));
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), body.readAllBytes(), null);
      }
      Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("the export broke off: " + e.getMessage(), e));
    }
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
    HttpResponse<InputStream> response = send(blob(request).header("Range", "bytes=0-0").build());
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      return BlobVerbs.stat(
          request,
          response.statusCode(),
          response.headers(),
          () -> failure(response.statusCode(), bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("the blob broke off: " + e.getMessage(), e));
    }
  }

  @Override
  public void readBlob(BlobRequest request, OutputStream out) {
    HttpResponse<InputStream> response = send(blob(request).build());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> body.transferTo(out);
        case 302 ->
            throw BlobVerbs.elsewhere(response.headers().firstValue("Location").orElse("?"));
        default -> throw failure(response.statusCode(), body.readAllBytes(), null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("the blob broke off: " + e.getMessage(), e));
    }
  }

  private HttpRequest.Builder blob(BlobRequest request) {
    BlobSelector selector = request.selector();
    return request(
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
    return read(get("/branches"), BranchListOutput.class, null);
  }

  @Override
  public BranchCreateOutput createBranch(BranchCreateRequest request) {
    return read(post("/branches", request), BranchCreateOutput.class, null);
  }

  @Override
  public BranchDeleteOutput deleteBranch(String name) {
    return read(
        request("/branches/" + encode(name)).DELETE().build(), BranchDeleteOutput.class, null);
  }

  @Override
  public CommitListOutput commits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after) {
    return read(
        get(
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
    return read(get("/commits/" + encode(id)), CommitOutput.class, null);
  }

  @Override
  public SchemaOutput schema() {
    return read(get("/schema"), SchemaOutput.class, null);
  }

  @Override
  public SchemaApplyOutput applySchema(SchemaApplyRequest request) {
    return read(post("/schema/apply", request), SchemaApplyOutput.class, request.schemaSource());
  }

  /** The graphs of the server. */
  GraphListResponse graphs() {
    HttpRequest request =
        authorised(HttpRequest.newBuilder(uri(target.url() + "/graphs"))).GET().build();
    return read(request, GraphListResponse.class, null);
  }

  @Override
  public void close() {
    http.close();
  }

  // ---- plumbing

  private HttpRequest get(String path) {
    return request(path).GET().build();
  }

  private HttpRequest post(String path, Object body) {
    return post(path, body, WriteConditions.NONE);
  }

  /** A condition has routes of its own, so that a server without them does not ignore it. */
  private static String conditional(WriteConditions conditions) {
    return conditions.ifGraphCommit() == null ? "" : "/if-graph-commit";
  }

  private static HttpRequest.Builder conditioned(
      HttpRequest.Builder request, WriteConditions conditions) {
    if (conditions.ifGraphCommit() != null) {
      request.header(WriteConditions.IF_GRAPH_COMMIT, conditions.ifGraphCommit());
    }
    if (conditions.idempotencyKey() != null) {
      request.header(WriteConditions.IDEMPOTENCY_KEY, conditions.idempotencyKey());
    }
    return request;
  }

  private HttpRequest post(String path, Object body, WriteConditions conditions) {
    return conditioned(request(path), conditions)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return authorised(HttpRequest.newBuilder(uri(target.base() + path)));
  }

  private HttpRequest.Builder authorised(HttpRequest.Builder request) {
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The message below covers it.
    }
    throw CliException.usage("invalid server URL '" + text + "'");
  }

  private <T> T read(HttpRequest request, Class<T> type, @Nullable String source) {
    HttpResponse<InputStream> response = send(request);
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), bytes, source);
      }
      return Json.MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("the answer of " + target.url() + " broke off: " + e.getMessage(), e));
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new CliException("cannot reach the server at " + target.url());
    } catch (IOException e) {
      throw new CliException(
          "no answer from the server at "
              + target.url()
              + ": "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted");
    }
  }

  /**
   * What the server said is wrong; problems of a query that was sent along are shown in its text.
   */
  private static CliException failure(int status, byte[] body, @Nullable String source) {
    int exitCode = status == PRECONDITION_FAILED ? ExitCodes.PRECONDITION : ExitCodes.FAILURE;
    ErrorOutput error;
    try {
      error = Json.MAPPER.readValue(body, ErrorOutput.class);
    } catch (IOException e) {
      return new CliException(unreadable(status, body), exitCode);
    }
    if (error == null || error.error() == null) {
      return new CliException(unreadable(status, body), exitCode);
    }
    if (source != null && !error.diagnostics().isEmpty()) {
      return CliException.rendered(
          DiagnosticRenderer.render(
              SourceText.of(source),
              error.diagnostics().stream().map(RemoteGraphClient::diagnostic).toList()),
          error);
    }
    return CliException.answered(error, exitCode);
  }

  private static String unreadable(int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    String shown =
        text.length() > LONGEST_BODY_SHOWN ? text.substring(0, LONGEST_BODY_SHOWN) + "…" : text;
    return "server returned " + status + ": " + shown;
  }

  private static Diagnostic diagnostic(ErrorOutput.DiagnosticOutput output) {
    ErrorOutput.SpanOutput span = output.span();
    return new Diagnostic(
        Diagnostic.Severity.valueOf(output.severity().toUpperCase(Locale.ROOT)),
        output.code(),
        output.message(),
        span == null
            ? null
            : new Diagnostic.Span(span.start(), span.end(), span.line(), span.column()),
        output.hint());
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + encode(value);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
