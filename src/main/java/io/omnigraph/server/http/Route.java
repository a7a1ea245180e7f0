package io.omnigraph.server.http;

import io.omnigraph.model.Access;
import io.omnigraph.server.bus.Answer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One line of the route table: everything that routing, checks and the OpenAPI document need.
 *
 * @param path with parameters in braces
 * @param operationId without the prefix of nested operations
 * @param action what a caller must possibly be allowed to do; null if the worker alone decides
 * @param admitted whether it counts against the caller's write budget
 * @param conditions what a caller may attach
 * @param successor the route that replaces a deprecated one
 * @param query the query parameters
 * @param request the record of the body; null if there is none
 * @param response the record of the answer
 * @param handler what is done once the checks have passed
 */
record Route(
    HttpMethod method,
    String path,
    String operationId,
    String tag,
    String summary,
    Scope scope,
    Access.@Nullable Action action,
    boolean admitted,
    Body body,
    Conditions conditions,
    @Nullable String successor,
    List<QueryParameter> query,
    @Nullable Class<?> request,
    @Nullable Class<?> response,
    Function<Exchange, Uni<Answer>> handler) {

  /** Which of the first checks apply. */
  enum Scope {
    /** Answers anybody. */
    OPEN,
    /** Needs a caller, but concerns no single graph. */
    SERVER,
    /** Needs a caller and a graph. */
    GRAPH
  }

  /** What a caller may attach to a write by headers. */
  enum Conditions {
    NONE,
    /** A key under which the request is done once. */
    KEY,
    /** The same, and the commit that must be the head, which is required. */
    COMMIT_AND_KEY
  }

  /** How a body is read. */
  enum Body {
    NONE,
    JSON,
    /** May be absent and carries no content type. */
    OPTIONAL_JSON,
    /** JSON that holds a whole load. */
    LOAD_JSON,
    /** Newline-delimited records, written to a file. */
    NDJSON
  }

  /** One query parameter, in the document's terms. */
  record QueryParameter(String name, String type, String description) {}

  /** Where Vert.x Web routes it. */
  String routerPath() {
    return path.replace("{", ":").replace("}", "");
  }

  /** Whether it runs a query that the request brings. */
  boolean isQuery() {
    return path.endsWith("/query");
  }

  /** True if a request path could be this one, whatever its method. */
  boolean matches(String requestPath) {
    String[] mine = path.split("/", -1);
    String[] theirs = requestPath.split("/", -1);
    if (mine.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < mine.length; i++) {
      boolean parameter = mine[i].startsWith("{");
      if (parameter ? theirs[i].isEmpty() : !mine[i].equals(theirs[i])) {
        return false;
      }
    }
    return true;
  }

  /** The id in the OpenAPI document. */
  String documentedOperationId() {
    return scope == Scope.GRAPH ? "cluster_" + operationId : operationId;
  }
}
