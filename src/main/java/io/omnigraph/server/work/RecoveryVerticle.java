package io.omnigraph.server.work;

import io.omnigraph.cluster.AppliedGraph;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Bridge;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.bus.RecoveryMessage;
import io.omnigraph.server.bus.Requests;
import io.omnigraph.server.graphs.GraphOpener;
import io.omnigraph.server.graphs.GraphRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the graphs of the cluster when the server starts, which runs recovery on each before it
 * serves, and later tries those again that failed for a passing reason (another writer holds them,
 * the store was away). Recovery of a graph that is being served runs inside the kernel.
 */
public final class RecoveryVerticle extends MutinyVerticle {

  public static final String POOL = "og-recovery";

  /** How many graphs are opened at a time. */
  public static final int PARALLEL_OPENS = 4;

  private static final Duration TURN = Duration.ofSeconds(30);

  private final List<AppliedGraph> graphs;
  private final GraphOpener opener;
  private final GraphRegistry registry;

  public RecoveryVerticle(List<AppliedGraph> graphs, GraphOpener opener, GraphRegistry registry) {
    this.graphs = List.copyOf(graphs);
    this.opener = opener;
    this.registry = registry;
  }

  @Override
  protected Uni<Void> onStart() {
    vertx
        .eventBus()
        .<RecoveryMessage>localConsumer(
            Addresses.RECOVERY, message -> Requests.answer(message, retry()));
    vertx.setPeriodic(TURN.toMillis(), turn -> retry());
    return Bridge.uni(() -> open(graphs)).replaceWithVoid();
  }

  private Future<List<AppliedGraph>> retry() {
    List<String> passing =
        registry.quarantined().stream()
            .filter(GraphRegistry.Quarantine::passing)
            .map(GraphRegistry.Quarantine::graph)
            .toList();
    return open(graphs.stream().filter(graph -> passing.contains(graph.id())).toList());
  }

  private Future<List<AppliedGraph>> open(List<AppliedGraph> some) {
    var opens = new ArrayList<Future<AppliedGraph>>();
    for (AppliedGraph graph : some) {
      opens.add(
          context.executeBlocking(
              () -> {
                opener.open(graph);
                return graph;
              },
              false));
    }
    return Future.join(opens).map(some);
  }
}
