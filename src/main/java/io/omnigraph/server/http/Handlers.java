package io.omnigraph.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.api.BlobConditions;
import io.omnigraph.api.BlobRequest;
import io.omnigraph.api.BranchCreateRequest;
import io.omnigraph.api.BuildInfo;
import io.omnigraph.api.ChangeRequest;
import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.HealthOutput;
import io.omnigraph.api.HttpException;
import io.omnigraph.api.IngestRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.Json;
import io.omnigraph.api.JsonFields;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadRequest;
import io.omnigraph.api.ReadyOutput;
import io.omnigraph.api.ResultFormat;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.TableKey;
import io.omnigraph.server.auth.Admission;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.bus.CursorMessage;
import io.omnigraph.server.bus.ReadMessage;
import io.omnigraph.server.bus.Requests;
import io.omnigraph.server.bus.WriteMessage;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.graphs.StoredQueries.StoredQuery;
import io.omnigraph.write.TabularInput;
import io.smallrye.mutiny.Uni;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What each route does once the checks have passed: turn the request into a message. */
final class Handlers {

  /** Names the operation of a write. */
  static final String OPERATION_ID = "Omnigraph-Operation-Id";

  private static final int DEFAULT_COMMITS = 1_000;
  private static final int MAX_COMMITS = 10_000;

  private final EventBus bus;
  private final String queries;
  private final GraphRegistry registry;
  private final ReadPermits permits;
  private final Admission admission;
  private final IdSource ids;
  private final @Nullable String sourceVersion;
  private final Predicate<@Nullable String> mayListGraphs;
  private byte[] openApi = new byte[0];

  /**
   * @param queries where this event loop's questions are taken
   */
  Handlers(
      EventBus bus,
      String queries,
      GraphRegistry registry,
      ReadPermits permits,
      Admission admission,
      IdSource ids,
      @Nullable String sourceVersion,
      Predicate<@Nullable String> mayListGraphs) {
    this.bus = bus;
    this.queries = queries;
    this.registry = registry;
    this.permits = permits;
    this.admission = admission;
    this.ids = ids;
    this.sourceVersion = sourceVersion;
    this.mayListGraphs = mayListGraphs;
  }

  /** The document is made from the table that these handlers are part of. */
  void setOpenApi(byte[] document) {
    this.openApi = document;
  }

  Uni<Answer> health(Exchange exchange) {
    var output =
        new HealthOutput(
            "ok", BuildInfo.version(), GraphApi.INTERNAL_SCHEMA_VERSION, sourceVersion);
    return Uni.createFrom().item(new Answer.Body(Json.bytes(output)));
  }

  /** Names graphs and reasons only where everybody may do everything, or to a lister of graphs. */
  Uni<Answer> ready(Exchange exchange) {
    List<GraphRegistry.Quarantine> broken = registry.quarantined();
    int serving = registry.all().size();
    boolean named = mayListGraphs.test(exchange.header("Authorization"));
    var output =
        new ReadyOutput(
            serving == 0 ? "unavailable" : broken.isEmpty() ? "ready" : "degraded",
            serving,
            broken.size(),
            named
                ? broken.stream()
                    .map(graph -> new ReadyOutput.Quarantined(graph.graph(), graph.reason()))
                    .toList()
                : List.of());
    return Uni.createFrom().item(new Answer.Body(serving == 0 ? 503 : 200, Json.bytes(output)));
  }

  Uni<Answer> openApi(Exchange exchange) {
    return Uni.createFrom().item(new Answer.Body(openApi));
  }

  Uni<Answer> listGraphs(Exchange exchange) {
    return ask(new ReadMessage("", exchange.actor(), new ReadMessage.ListGraphs()));
  }

  Uni<Answer> snapshot(Exchange exchange) {
    return ask(exchange, new ReadMessage.Snapshot(exchange.query("branch")));
  }

  Uni<Answer> schema(Exchange exchange) {
    return ask(exchange, new ReadMessage.Schema());
  }

  /** Every server boots from a cluster, whose configuration is where schemas are changed. */
  Uni<Answer> applySchema(Exchange exchange) {
    return Uni.createFrom()
        .failure(
            HttpException.conflict(
                "cluster_managed",
                "the schema of a graph that a cluster manages is changed in its configuration:"
                    + " edit the schema file, then run `omnigraph cluster apply`"));
  }

  Uni<Answer> query(Exchange exchange) {
    return ask(
        exchange,
        new ReadMessage.RunQuery(exchange.parse(QueryRequest::parse), format(exchange), true));
  }

  /** The older form knows no commit id in its answer. */
  Uni<Answer> read(Exchange exchange) {
    return ask(
        exchange,
        new ReadMessage.RunQuery(exchange.parse(ReadRequest::parse), format(exchange), false));
  }

  Uni<Answer> listQueries(Exchange exchange) {
    return ask(exchange, new ReadMessage.ListQueries());
  }

  Uni<Answer> invoke(Exchange exchange) {
    InvokeStoredQueryRequest request = invocation(exchange);
    String name = exchange.path("name");
    boolean mutation =
        registry
            .require(exchange.graph())
            .storedQueries()
            .find(name)
            .map(StoredQuery::isMutation)
            .orElse(false);
    if (!mutation) {
      if (exchange.conditions().ifGraphCommit() != null) {
        throw HttpException.badRequest(
            "query_is_read", "'" + name + "' is a read — use omnigraph query " + name);
      }
      return ask(exchange, new ReadMessage.InvokeQuery(name, request, format(exchange)));
    }
    Admission.Ticket ticket = admission.admit(exchange.actor(), exchange.body().length());
    return tell(exchange, new WriteMessage.InvokeMutation(name, request))
        .onTermination()
        .invoke(ticket::close);
  }

  private static InvokeStoredQueryRequest invocation(Exchange exchange) {
    byte[] body = exchange.body().getBytes();
    if (body.length == 0) {
      return InvokeStoredQueryRequest.EMPTY;
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(body);
      if (tree.isNull() || tree.isMissingNode()) {
        return InvokeStoredQueryRequest.EMPTY;
      }
      return exchange.parse(InvokeStoredQueryRequest::parse);
    } catch (JsonProcessingException e) {
      throw invalidInvocation(JsonFields.describe(e));
    } catch (HttpException e) {
      throw invalidInvocation(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpException invalidInvocation(String reason) {
    return HttpException.badRequest(
        "invalid_invocation", "invalid stored-query invocation body: " + reason);
  }

  Uni<Answer> export(Exchange exchange) {
    return ask(
        exchange,
        new ReadMessage.Export(exchange.parse(ExportRequest::parse).accepting(exchange.accept())));
  }

  Uni<Answer> blob(Exchange exchange) {
    var request =
        BlobRequest.of(
            exchange.query("entity"),
            exchange.query("type"),
            exchange.query("id"),
            exchange.query("property"),
            exchange.query("branch"),
            exchange.query("snapshot"));
    var conditions =
        new BlobConditions(
            exchange.header("If-Match"),
            exchange.header("If-None-Match"),
            exchange.header("If-Range"),
            exchange.header("Range"),
            exchange.context().request().method() == HttpMethod.HEAD);
    return ask(exchange, new ReadMessage.Blob(request, conditions));
  }

  Uni<Answer> mutate(Exchange exchange) {
    return tell(exchange, new WriteMessage.Mutate(exchange.parse(ChangeRequest::parse)));
  }

  Uni<Answer> load(Exchange exchange) {
    if (!MediaTypes.isTabular(exchange.context().request())) {
      return tell(exchange, new WriteMessage.LoadBody(exchange.body().getBytes()));
    }
    return tell(
        exchange,
        new WriteMessage.LoadTable(
            new TabularInput(
                exchange.spooled(),
                MediaTypes.tabular(exchange.context().request()),
                tableOf(exchange),
                TabularInput.mapping(exchange.queries("map"))),
            IngestRequest.modeOf(exchange.query("mode")),
            exchange.query("branch"),
            exchange.query("from")));
  }

  private static TableKey tableOf(Exchange exchange) {
    String node = exchange.query("type");
    String edge = exchange.query("edge");
    if ((node == null) == (edge == null)) {
      throw HttpException.badRequest(
          "invalid_parameter",
          "a table fills one type: give exactly one of the query parameters `type` and `edge`");
    }
    return node != null ? TableKey.node(node) : TableKey.edge(String.valueOf(edge));
  }

  Uni<Answer> loadNdjson(Exchange exchange) {
    return tell(
        exchange,
        new WriteMessage.LoadFile(
            exchange.spooled(),
            IngestRequest.modeOf(exchange.query("mode")),
            exchange.query("branch"),
            exchange.query("from")));
  }

  Uni<Answer> listBranches(Exchange exchange) {
    return ask(exchange, new ReadMessage.ListBranches());
  }

  Uni<Answer> createBranch(Exchange exchange) {
    return tell(
        exchange, new WriteMessage.CreateBranch(exchange.parse(BranchCreateRequest::parse)));
  }

  Uni<Answer> deleteBranch(Exchange exchange) {
    return tell(exchange, new WriteMessage.DeleteBranch(exchange.path("branch")));
  }

  Uni<Answer> listCommits(Exchange exchange) {
    return ask(
        exchange,
        new ReadMessage.ListCommits(
            exchange.query("branch"),
            exchange.query("actor"),
            exchange.queryInt("limit", DEFAULT_COMMITS, MAX_COMMITS),
            exchange.query("after")));
  }

  Uni<Answer> showCommit(Exchange exchange) {
    return ask(exchange, new ReadMessage.ShowCommit(exchange.path("commit_id")));
  }

  /** Gives up work whose client leaves before the answer has begun. */
  private Uni<Answer> ask(Exchange exchange, ReadMessage.Operation operation) {
    var message = new ReadMessage(exchange.graph(), exchange.actor(), operation);
    if (!message.opensResult()) {
      return ask(message);
    }
    HttpServerResponse response = exchange.context().response();
    response.closeHandler(
        closed -> Requests.tell(bus, Addresses.CURSOR, new CursorMessage.Close(message.id())));
    return permits.with(
        message.graph(),
        () ->
            response.closed()
                ? Uni.createFrom().failure(new GoneException("client_left", "the client has left"))
                : Requests.ask(bus, queries, message, Answer.class));
  }

  private Uni<Answer> ask(ReadMessage message) {
    return permits.with(message.graph(), () -> Requests.ask(bus, queries, message, Answer.class));
  }

  private Uni<Answer> tell(Exchange exchange, WriteMessage.Operation operation) {
    String id = ids.nextUlid();
    // Also on an answer that cannot tell the outcome: recovery and commits know the id.
    exchange.context().response().putHeader(OPERATION_ID, id);
    var message =
        new WriteMessage(id, exchange.graph(), exchange.actor(), exchange.conditions(), operation);
    return Requests.ask(bus, Addresses.MUTATION, message, Answer.class);
  }

  private static ResultFormat format(Exchange exchange) {
    return ResultFormat.ofAccept(exchange.accept());
  }
}
