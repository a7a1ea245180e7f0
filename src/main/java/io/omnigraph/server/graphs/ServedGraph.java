package io.omnigraph.server.graphs;

import io.omnigraph.api.GraphApi;
import io.omnigraph.server.auth.GraphAuthorizer;

/** One graph that answers requests. */
public record ServedGraph(
    String id, GraphApi api, StoredQueries storedQueries, GraphAuthorizer authorizer) {}
