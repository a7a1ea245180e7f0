package io.omnigraph.server.graphs;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.api.GraphApi;
import io.omnigraph.cluster.AppliedGraph;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.model.GraphException;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.server.auth.GraphAuthorizer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens applied graphs and registers them, or says why that is not possible. Thread-safe. */
public final class GraphOpener {

  private static final Logger LOG = LoggerFactory.getLogger(GraphOpener.class);

  private final GraphRegistry registry;
  private final GraphAuthorizer authorizer;
  private final CommitListener listener;
  private final OpenOptions options;
  private final QueryLimits limits;
  private final ConcurrentMap<String, String> idOfUri = new ConcurrentHashMap<>();

  public GraphOpener(
      GraphRegistry registry,
      GraphAuthorizer authorizer,
      CommitListener listener,
      OpenOptions options,
      QueryLimits limits) {
    this.limits = limits;
    this.registry = registry;
    this.authorizer = authorizer;
    this.listener = listener;
    this.options = options;
  }

  /** Opens one graph, running recovery on it; the registry holds the result either way. */
  public void open(AppliedGraph graph) {
    Optional<GraphRegistry.Quarantine> problem = tryOpen(graph);
    problem.ifPresent(
        quarantine -> {
          LOG.warn("graph '{}' is not served: {}", graph.id(), quarantine.reason());
          registry.quarantine(quarantine);
        });
  }

  private Optional<GraphRegistry.Quarantine> tryOpen(AppliedGraph applied) {
    String id = applied.id();
    if (!GraphIds.isLegal(id)) {
      return quarantine(id, "its id cannot be used in a URL", false);
    }
    OmniGraph graph;
    try {
      graph =
          OmniGraph.open(
              applied.uri(),
              options.withGraphName(id).withGuard(authorizer).withListener(listener));
    } catch (GraphException e) {
      LOG.debug("graph '{}' failed to open", id, e);
      return quarantine(id, e.getMessage(), isPassing(e));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("graph '{}' failed to open", id, e);
      return quarantine(id, "internal error: " + e, false);
    }
    try {
      StoredQueries queries = StoredQueries.check(applied, graph.catalog());
      String other = idOfUri.putIfAbsent(graph.uri(), id);
      if (other != null && !other.equals(id)) {
        graph.close();
        return quarantine(id, "graph '" + other + "' has the same root " + graph.uri(), false);
      }
      registry.serve(new ServedGraph(id, new GraphApi(graph, limits), queries, authorizer));
      LOG.info("graph '{}' is served from {}", id, graph.uri());
      return Optional.empty();
    } catch (StoredQueryException | GraphException e) {
      graph.close();
      return quarantine(id, e.getMessage(), false);
    } catch (RuntimeException e) {
      LOG.error("graph '{}' cannot be served", id, e);
      graph.close();
      return quarantine(id, "internal error: " + e, false);
    }
  }

  /** Another writer that may go away, or a store that may come back. */
  private static boolean isPassing(GraphException problem) {
    return switch (problem.kind()) {
      case CONFLICT, STORAGE, RECOVERY_REQUIRED, EXTERNAL_SOURCE -> true;
      case PARSE,
          TYPE,
          CATALOG,
          PLAN,
          EXECUTION,
          BAD_REQUEST,
          NOT_FOUND,
          PRECONDITION_FAILED,
          POLICY_DENIED,
          RESOURCE_LIMIT,
          GONE,
          INTERNAL ->
          false;
    };
  }

  private static Optional<GraphRegistry.Quarantine> quarantine(
      String graph, String reason, boolean passing) {
    return Optional.of(new GraphRegistry.Quarantine(graph, reason, passing));
  }
}
