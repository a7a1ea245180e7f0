package io.omnigraph.server.http;

import static io.omnigraph.server.http.Route.Body.JSON;
import static io.omnigraph.server.http.Route.Body.LOAD_JSON;
import static io.omnigraph.server.http.Route.Body.NDJSON;
import static io.omnigraph.server.http.Route.Body.NONE;
import static io.omnigraph.server.http.Route.Body.OPTIONAL_JSON;
import static io.omnigraph.server.http.Route.Conditions.COMMIT_AND_KEY;
import static io.omnigraph.server.http.Route.Conditions.KEY;
import static io.omnigraph.server.http.Route.Scope.GRAPH;
import static io.omnigraph.server.http.Route.Scope.OPEN;
import static io.omnigraph.server.http.Route.Scope.SERVER;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.POST;

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
import io.omnigraph.api.HealthOutput;
import io.omnigraph.api.IngestOutput;
import io.omnigraph.api.IngestRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.QueryCatalogOutput;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ReadOutput;
import io.omnigraph.api.ReadRequest;
import io.omnigraph.api.ReadyOutput;
import io.omnigraph.api.SchemaApplyOutput;
import io.omnigraph.api.SchemaApplyRequest;
import io.omnigraph.api.SchemaOutput;
import io.omnigraph.api.SnapshotOutput;
import io.omnigraph.model.Access.Action;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.http.Route.Body;
import io.omnigraph.server.http.Route.Conditions;
import io.omnigraph.server.http.Route.QueryParameter;
import io.omnigraph.server.http.Route.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The route table. Order matters only where two paths match the same request. */
final class Routes {

  private static final QueryParameter BRANCH =
      new QueryParameter("branch", "string", "Branch; main if absent.");

  private static final QueryParameter[] TABLE = {
    BRANCH,
    new QueryParameter("from", "string", "Of a table: creates a missing branch from this one."),
    new QueryParameter("mode", "string", "Of a table: overwrite, append or merge (default)."),
    new QueryParameter("type", "string", "Of a table: the node type that its rows fill."),
    new QueryParameter("edge", "string", "Of a table: the edge type that its rows fill."),
    new QueryParameter("map", "string", "Of a table: property=column, or column=-; repeatable.")
  };

  private static final QueryParameter[] BLOB = {
    new QueryParameter("entity", "string", "node or edge."),
    new QueryParameter("type", "string", "The type's name."),
    new QueryParameter("id", "string", "The id of the node or edge."),
    new QueryParameter("property", "string", "A property of type Blob."),
    BRANCH,
    new QueryParameter("snapshot", "string", "A commit id, instead of a branch.")
  };

  private Routes() {}

  static List<Route> table(Handlers handlers) {
    return List.of(
        route(GET, "/healthz", "health", "health", "Tells that the server is up")
            .answers(HealthOutput.class, handlers::health)
            .scope(OPEN)
            .build(),
        route(GET, "/readyz", "ready", "health", "Tells which graphs can be served")
            .answers(ReadyOutput.class, handlers::ready)
            .scope(OPEN)
            .build(),
        route(GET, "/openapi.json", "openapi", "health", "This document")
            .answers(null, handlers::openApi)
            .scope(OPEN)
            .build(),
        route(GET, "/graphs", "listGraphs", "management", "Lists the graphs that are served")
            .answers(GraphListResponse.class, handlers::listGraphs)
            .scope(SERVER)
            .action(Action.GRAPH_LIST)
            .build(),
        route(GET, "/snapshot", "getSnapshot", "snapshots", "Shows the tables of a branch")
            .answers(SnapshotOutput.class, handlers::snapshot)
            .action(Action.READ)
            .query(BRANCH)
            .build(),
        route(POST, "/query", "query", "queries", "Runs a read query")
            .takes(JSON, QueryRequest.class)
            .answers(ReadOutput.class, handlers::query)
            .action(Action.READ)
            .build(),
        route(POST, "/read", "read", "queries", "Runs a read query (use query)")
            .takes(JSON, ReadRequest.class)
            .answers(ReadOutput.class, handlers::read)
            .action(Action.READ)
            .replacedBy("query")
            .build(),
        route(POST, "/mutate", "mutate", "mutations", "Runs a mutation")
            .takes(JSON, ChangeRequest.class)
            .answers(ChangeOutput.class, handlers::mutate)
            .action(Action.CHANGE)
            .admitted()
            .conditions(KEY)
            .build(),
        route(
                POST,
                "/mutate/if-graph-commit",
                "mutateIfGraphCommit",
                "mutations",
                "Runs a mutation only if the branch is at a given commit")
            .takes(JSON, ChangeRequest.class)
            .answers(ChangeOutput.class, handlers::mutate)
            .action(Action.CHANGE)
            .admitted()
            .conditions(COMMIT_AND_KEY)
            .build(),
        route(POST, "/change", "change", "mutations", "Runs a mutation (use mutate)")
            .takes(JSON, ChangeRequest.class)
            .answers(ChangeOutput.class, handlers::mutate)
            .action(Action.CHANGE)
            .admitted()
            .conditions(KEY)
            .replacedBy("mutate")
            .build(),
        route(POST, "/export", "export", "queries", "Streams the rows of a branch as records")
            .takes(JSON, ExportRequest.class)
            .answers(null, handlers::export)
            .action(Action.EXPORT)
            .build(),
        route(GET, "/blob", "getBlob", "blobs", "Sends the bytes of a blob")
            .answers(null, handlers::blob)
            .action(Action.READ)
            .query(BLOB)
            .build(),
        route(HEAD, "/blob", "headBlob", "blobs", "Describes a blob without its bytes")
            .answers(null, handlers::blob)
            .action(Action.READ)
            .query(BLOB)
            .build(),
        route(GET, "/queries", "list_queries", "queries", "Lists the stored queries")
            .answers(QueryCatalogOutput.class, handlers::listQueries)
            .action(Action.READ)
            .build(),
        route(POST, "/queries/{name}", "invoke_query", "queries", "Runs a stored query")
            .takes(OPTIONAL_JSON, InvokeStoredQueryRequest.class)
            .answers(ReadOutput.class, handlers::invoke)
            .action(Action.INVOKE_QUERY)
            .conditions(KEY)
            .build(),
        route(
                POST,
                "/queries/{name}/if-graph-commit",
                "invokeQueryIfGraphCommit",
                "queries",
                "Runs a stored mutation only if the branch is at a given commit")
            .takes(OPTIONAL_JSON, InvokeStoredQueryRequest.class)
            .answers(ChangeOutput.class, handlers::invoke)
            .action(Action.INVOKE_QUERY)
            .conditions(COMMIT_AND_KEY)
            .build(),
        route(GET, "/schema", "getSchema", "schema", "Shows the accepted schema")
            .answers(SchemaOutput.class, handlers::schema)
            .action(Action.READ)
            .build(),
        route(POST, "/schema/apply", "applySchema", "mutations", "Changes the schema of main")
            .documents(SchemaApplyRequest.class)
            .answers(SchemaApplyOutput.class, handlers::applySchema)
            .action(Action.SCHEMA_APPLY)
            .build(),
        route(POST, "/load", "load", "mutations", "Loads records in one commit")
            .takes(LOAD_JSON, IngestRequest.class)
            .answers(IngestOutput.class, handlers::load)
            .action(Action.CHANGE)
            .admitted()
            .conditions(KEY)
            .query(TABLE)
            .build(),
        route(POST, "/ingest", "ingest", "mutations", "Loads records in one commit (use load)")
            .takes(LOAD_JSON, IngestRequest.class)
            .answers(IngestOutput.class, handlers::load)
            .action(Action.CHANGE)
            .admitted()
            .conditions(KEY)
            .replacedBy("load")
            .build(),
        route(POST, "/load/ndjson", "loadNdjson", "mutations", "Loads a stream of records")
            .takes(NDJSON, null)
            .answers(IngestOutput.class, handlers::loadNdjson)
            .action(Action.CHANGE)
            .admitted()
            .conditions(KEY)
            .query(
                BRANCH,
                new QueryParameter("from", "string", "Creates a missing branch from this one."),
                new QueryParameter("mode", "string", "overwrite, append or merge (default)."))
            .build(),
        route(GET, "/branches", "listBranches", "branches", "Lists the branches")
            .answers(BranchListOutput.class, handlers::listBranches)
            .action(Action.READ)
            .build(),
        route(POST, "/branches", "createBranch", "branches", "Creates a branch")
            .takes(JSON, BranchCreateRequest.class)
            .answers(BranchCreateOutput.class, handlers::createBranch)
            .action(Action.BRANCH_CREATE)
            .admitted()
            .build(),
        route(DELETE, "/branches/{branch}", "deleteBranch", "branches", "Deletes a branch")
            .answers(BranchDeleteOutput.class, handlers::deleteBranch)
            .action(Action.BRANCH_DELETE)
            .admitted()
            .build(),
        route(GET, "/commits", "listCommits", "commits", "Lists commits, newest first")
            .answers(CommitListOutput.class, handlers::listCommits)
            .action(Action.READ)
            .query(
                BRANCH,
                new QueryParameter("actor", "string", "Only commits by this actor."),
                new QueryParameter("limit", "integer", "At most this many (default 1000)."),
                new QueryParameter("after", "string", "Continues behind this commit."))
            .build(),
        route(GET, "/commits/{commit_id}", "getCommit", "commits", "Shows one commit")
            .answers(CommitOutput.class, handlers::showCommit)
            .action(Action.READ)
            .build());
  }

  private static Builder route(
      HttpMethod method, String path, String operationId, String tag, String summary) {
    return new Builder(method, path, operationId, tag, summary);
  }

  private static final class Builder {
    private final HttpMethod method;
    private final String path;
    private final String operationId;
    private final String tag;
    private final String summary;
    private Scope scope = GRAPH;
    private @Nullable Action action;
    private boolean admitted;
    private Body body = NONE;
    private Conditions conditions = Conditions.NONE;
    private @Nullable String successor;
    private List<QueryParameter> query = List.of();
    private @Nullable Class<?> request;
    private @Nullable Class<?> response;
    private Function<Exchange, Uni<Answer>> handler = exchange -> Uni.createFrom().nothing();

    Builder(HttpMethod method, String path, String operationId, String tag, String summary) {
      this.method = method;
      this.path = path;
      this.operationId = operationId;
      this.tag = tag;
      this.summary = summary;
    }

    Builder answers(@Nullable Class<?> newResponse, Function<Exchange, Uni<Answer>> newHandler) {
      this.response = newResponse;
      this.handler = newHandler;
      return this;
    }

    /** A body that clients may send and that is not read. */
    Builder documents(Class<?> newRequest) {
      this.request = newRequest;
      return this;
    }

    Builder takes(Body newBody, @Nullable Class<?> newRequest) {
      this.body = newBody;
      this.request = newRequest;
      return this;
    }

    Builder scope(Scope newScope) {
      this.scope = newScope;
      return this;
    }

    Builder action(Action newAction) {
      this.action = newAction;
      return this;
    }

    Builder admitted() {
      this.admitted = true;
      return this;
    }

    Builder conditions(Conditions newConditions) {
      this.conditions = newConditions;
      return this;
    }

    Builder replacedBy(String newSuccessor) {
      this.successor = newSuccessor;
      return this;
    }

    Builder query(QueryParameter... parameters) {
      this.query = List.of(parameters);
      return this;
    }

    Route build() {
      return new Route(
          method,
          scope == GRAPH ? "/graphs/{graph_id}" + path : path,
          operationId,
          tag,
          summary,
          scope,
          action,
          admitted,
          body,
          conditions,
          successor,
          query,
          request,
          response,
          handler);
    }
  }
}
