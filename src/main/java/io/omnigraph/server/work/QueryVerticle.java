package io.omnigraph.server.work;

import io.omnigraph.OmniGraph;
import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.HttpException;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.Json;
import io.omnigraph.api.QueryOptionsRequest;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadHead;
import io.omnigraph.api.ResultEncoder;
import io.omnigraph.api.ResultFormat;
import io.omnigraph.model.Access;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.PolicyDeniedException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.server.auth.GraphAuthorizer;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.bus.Bridge;
import io.omnigraph.server.bus.CursorMessage;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.bus.ReadMessage;
import io.omnigraph.server.bus.Requests;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.graphs.ServedGraph;
import io.omnigraph.server.graphs.StoredQueries.StoredQuery;
import io.omnigraph.write.TabularFormat;
import io.smallrye.mutiny.Uni;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Answers everything that only reads. The pool of this verticle bounds how many pieces of work run
 * at once; pieces of different requests never wait for each other in a queue of their own.
 */
public final class QueryVerticle extends MutinyVerticle {

  public static final String POOL = "og-query";

  private final GraphRegistry registry;
  private final GraphAuthorizer serverAuthorizer;
  private final Cursors cursors;
  private final Path spoolFolder;
  private final ExportBudget exports = new ExportBudget();
  private final int threads;
  private WorkerExecutor workers;

  /**
   * @param threads workers of all instances together
   */
  @SuppressWarnings("NullAway.Init")
  public QueryVerticle(
      GraphRegistry registry,
      GraphAuthorizer serverAuthorizer,
      Cursors cursors,
      Path spoolFolder,
      int threads) {
    this.threads = threads;
    this.spoolFolder = spoolFolder;
    this.registry = registry;
    this.serverAuthorizer = serverAuthorizer;
    this.cursors = cursors;
  }

  @Override
  protected Uni<Void> onStart() {
    workers = vertx.createSharedWorkerExecutor(POOL, threads);
    takeHere(vertx.eventBus(), Addresses.QUERY);
    vertx
        .eventBus()
        .<CursorMessage>localConsumer(
            Addresses.CURSOR,
            message -> {
              if (message.body() instanceof CursorMessage.Close close) {
                // At once: the workers may all be busy, one of them with this very result.
                cursors.cancel(close.cursor());
              }
              Requests.answerFrom(workers, message, () -> run(message.body()), () -> {});
            });
    return Uni.createFrom().voidItem();
  }

  /**
   * Takes questions on an address of their own in the calling context, which only hands them to the
   * workers: a question that need not leave its event loop first costs one change of threads less.
   */
  public void takeHere(EventBus bus, String address) {
    bus.<ReadMessage>localConsumer(address, this::receive);
  }

  private void receive(Message<ReadMessage> message) {
    ReadMessage request = message.body();
    if (!request.opensResult()) {
      Requests.answerFrom(workers, message, () -> run(request), () -> {});
      return;
    }
    cursors.announce(request.id());
    Requests.answerFrom(workers, message, () -> run(request), () -> cursors.retire(request.id()));
  }

  @Override
  protected Uni<Void> onStop() {
    return Bridge.uni(() -> workers.close());
  }

  private Answer run(CursorMessage message) {
    return switch (message) {
      case CursorMessage.Next next -> cursors.next(next.cursor());
      case CursorMessage.Close close -> {
        cursors.close(close.cursor());
        yield new Answer.Chunk(new byte[0], true);
      }
    };
  }

  private Answer run(ReadMessage message) {
    ActorId actor = message.actor();
    if (message.operation() instanceof ReadMessage.ListGraphs) {
      serverAuthorizer.check(new Access(Access.Action.GRAPH_LIST, actor, null, null));
      return body(registry.list());
    }
    ServedGraph graph = registry.require(message.graph());
    GraphApi api = graph.api();
    return switch (message.operation()) {
      case ReadMessage.ListGraphs list -> body(registry.list());
      case ReadMessage.Snapshot snapshot -> {
        mayRead(graph, actor, GraphApi.branchOf(snapshot.branch()));
        yield body(api.snapshot(snapshot.branch()));
      }
      case ReadMessage.Schema schema -> {
        mayRead(graph, actor, null);
        yield body(api.schema());
      }
      case ReadMessage.ListBranches list -> {
        mayRead(graph, actor, null);
        yield body(api.branches());
      }
      case ReadMessage.ListCommits list -> {
        mayRead(graph, actor, GraphApi.branchOf(list.branch()));
        yield body(api.commits(list.branch(), list.actor(), list.limit(), list.after()));
      }
      case ReadMessage.ShowCommit show -> {
        mayRead(graph, actor, null);
        yield body(api.commit(show.id()));
      }
      case ReadMessage.ListQueries list -> {
        mayRead(graph, actor, BranchName.MAIN);
        yield body(graph.storedQueries().catalog());
      }
      case ReadMessage.RunQuery query ->
          read(message.id(), graph, actor, query.request(), query.format(), query.withCommit());
      case ReadMessage.InvokeQuery invoke ->
          invoke(message.id(), graph, actor, invoke.name(), invoke.request(), invoke.format());
      case ReadMessage.Export export ->
          export(message.id(), message.graph(), graph, actor, export.request());
      case ReadMessage.Blob blob -> {
        mayRead(
            graph,
            actor,
            api.branchOf(GraphApi.target(blob.request().branch(), blob.request().snapshot())));
        yield BlobAnswers.of(message.id(), api.openBlob(blob.request()), blob, cursors);
      }
    };
  }

  private Answer read(
      String id,
      ServedGraph graph,
      @Nullable ActorId actor,
      QueryRequest request,
      ResultFormat format,
      boolean withCommit) {
    mayRead(
        graph, actor, graph.api().branchOf(GraphApi.target(request.branch(), request.snapshot())));
    QueryOptionsRequest how = request.how();
    if (how.after() != null) {
      // A cursor names the commit that is read and proves no right to read it.
      mayRead(
          graph,
          actor,
          graph.api().branchOf(new ReadTarget.Commit(OmniGraph.commitOfCursor(how.after()))));
    }
    if (how.explains()) {
      return body(graph.api().explain(request));
    }
    if (format != ResultFormat.JSON && (how.profiles() || how.pageSize() != null)) {
      throw new BadRequestException(
          "format_not_supported",
          "pages and profiles come as JSON; other forms stream the whole result");
    }
    GraphApi.OpenRead read =
        graph
            .api()
            .openQuery(
                request, withCommit, more -> more.withCancellation(cursors.cancellation(id)));
    return rows(
        id,
        format.contentType(),
        new PulledRows(read, ResultEncoder.of(format, read.head(), read.ending())),
        read.head());
  }

  private Answer rows(String id, String contentType, PulledResult result, ReadHead head) {
    Answer.Chunk first = cursors.transferFirst(id, result);
    return new Answer.Rows(
        contentType,
        first.bytes(),
        first.last() ? null : id,
        1,
        head.queryName(),
        head.graphCommitId());
  }

  private Answer invoke(
      String id,
      ServedGraph graph,
      @Nullable ActorId actor,
      String name,
      InvokeStoredQueryRequest request,
      ResultFormat format) {
    StoredQuery query = requireInvocable(graph, actor, name);
    if (Boolean.TRUE.equals(request.expectMutation())) {
      throw HttpException.badRequest(
          "query_is_read", "'" + name + "' is a read — use omnigraph query " + name);
    }
    return read(
        id,
        graph,
        actor,
        new QueryRequest(
            query.source(),
            name,
            request.params(),
            request.branch(),
            request.snapshot(),
            request.options()),
        format,
        true);
  }

  /**
   * A stored query that the actor may invoke. A denied and an unknown one answer alike, so that
   * nobody learns which queries exist.
   */
  static StoredQuery requireInvocable(ServedGraph graph, @Nullable ActorId actor, String name) {
    try {
      graph.authorizer().check(new Access(Access.Action.INVOKE_QUERY, actor, null, null));
    } catch (PolicyDeniedException e) {
      throw storedQueryNotFound();
    }
    return graph.storedQueries().find(name).orElseThrow(QueryVerticle::storedQueryNotFound);
  }

  /** The one answer for stored queries that do not exist or may not be invoked. */
  public static HttpException storedQueryNotFound() {
    return HttpException.notFound("stored_query_not_found", "stored query not found");
  }

  private Answer export(
      String id,
      String graphId,
      ServedGraph graph,
      @Nullable ActorId actor,
      ExportRequest request) {
    BranchName branch = graph.api().branchOf(GraphApi.target(request.branch(), request.snapshot()));
    graph.authorizer().check(new Access(Access.Action.EXPORT, actor, branch, null));
    TabularFormat tabular = request.tabular();
    ExportBudget.Ticket ticket = exports.reserve(graphId);
    if (tabular != null) {
      // Such a file is complete only at its end.
      try (ticket) {
        return spool(
            "export-",
            file -> {
              graph.api().exportTable(request, tabular, file);
              return new Answer.Spool(file, tabular.mediaType());
            });
      }
    }
    Answer.Chunk first = cursors.transferFirst(id, open(graph.api(), request, ticket));
    return new Answer.Rows(
        ResultFormat.NDJSON.contentType(),
        first.bytes(),
        first.last() ? null : id,
        ExportBudget.QUEUED_CHUNKS,
        null,
        null);
  }

  private static PulledExport open(
      GraphApi api, ExportRequest request, ExportBudget.Ticket ticket) {
    boolean opened = false;
    try {
      var export = new PulledExport(api.openExport(request), ticket);
      opened = true;
      return export;
    } finally {
      if (!opened) {
        ticket.close();
      }
    }
  }

  private interface Spooling {
    Answer write(Path file) throws IOException;
  }

  private Answer spool(String prefix, Spooling spooling) {
    try {
      Path file = Files.createTempFile(spoolFolder, prefix, ".spool");
      boolean done = false;
      try {
        Answer answer = spooling.write(file);
        done = true;
        return answer;
      } finally {
        if (!done) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the spool folder " + spoolFolder, e);
    }
  }

  private static void mayRead(
      ServedGraph graph, @Nullable ActorId actor, @Nullable BranchName branch) {
    graph.authorizer().check(new Access(Access.Action.READ, actor, branch, null));
  }

  private static Answer body(Object output) {
    return new Answer.Body(Json.bytes(output));
  }
}
