package io.omnigraph.server.graphs;

import io.omnigraph.api.GraphListResponse;
import io.omnigraph.api.HttpException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The graphs of this process by id. Thread-safe. */
public final class GraphRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(GraphRegistry.class);

  private final Map<String, ServedGraph> serving = new ConcurrentSkipListMap<>();
  private final Map<String, Quarantine> quarantined = new ConcurrentSkipListMap<>();

  /**
   * A graph that could not be opened.
   *
   * @param passing true if trying again later may succeed
   */
  public record Quarantine(String graph, String reason, boolean passing) {}

  public void serve(ServedGraph graph) {
    serving.put(graph.id(), graph);
    quarantined.remove(graph.id());
  }

  public void quarantine(Quarantine graph) {
    quarantined.put(graph.graph(), graph);
  }

  /**
   * The graph of a request.
   *
   * @throws HttpException 400 if the id is malformed, 404 if no such graph is served
   */
  public ServedGraph require(String id) {
    GraphIds.require(id);
    return find(id)
        .orElseThrow(
            () -> HttpException.notFound("graph_not_found", "graph '" + id + "' not found"));
  }

  public Optional<ServedGraph> find(String id) {
    return Optional.ofNullable(serving.get(id));
  }

  public List<ServedGraph> all() {
    return List.copyOf(serving.values());
  }

  public List<Quarantine> quarantined() {
    return List.copyOf(quarantined.values());
  }

  public GraphListResponse list() {
    return new GraphListResponse(
        serving.values().stream()
            .map(graph -> new GraphListResponse.GraphInfo(graph.id(), graph.api().graph().uri()))
            .toList());
  }

  /** Closes every graph; a failure is logged and does not keep the others open. */
  public void closeAll() {
    for (ServedGraph graph : all()) {
      serving.remove(graph.id());
      try {
        graph.api().graph().close();
      } catch (RuntimeException e) {
        LOG.warn("graph '{}' did not close cleanly", graph.id(), e);
      }
    }
  }
}
