package io.omnigraph.server.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.Access.Action;
import io.omnigraph.server.bus.Answer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * Routes that clients know from the interface and that this build does not have: they say so
 * instead of being unknown. Not part of the OpenAPI document.
 */
final class PlannedRoutes {

  private PlannedRoutes() {}

  static List<Route> table() {
    return List.of(
        planned(POST, "/branches/merge", Action.BRANCH_MERGE, "merging branches"),
        planned(GET, "/changes", Action.READ, "the change feed"),
        planned(POST, "/changes/baseline", Action.EXPORT, "the change feed"),
        planned(GET, "/commits/stream", Action.READ, "streaming commits"),
        planned(
            GET, "/commits/{commit_id}/changes", Action.READ, "showing the changes of a commit"),
        planned(POST, "/mcp", Action.READ, "the MCP endpoint"));
  }

  private static Route planned(HttpMethod method, String path, Action action, String feature) {
    return refused(method, path, action, HttpException.notSupportedYet(feature, ""));
  }

  private static Route refused(
      HttpMethod method, String path, Action action, HttpException refusal) {
    return new Route(
        method,
        "/graphs/{graph_id}" + path,
        "planned",
        "planned",
        path,
        Route.Scope.GRAPH,
        action,
        false,
        Route.Body.NONE,
        Route.Conditions.NONE,
        null,
        List.of(),
        null,
        null,
        exchange -> Uni.createFrom().<Answer>failure(refusal));
  }
}
