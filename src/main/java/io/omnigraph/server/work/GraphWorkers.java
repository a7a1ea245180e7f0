package io.omnigraph.server.work;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool of workers for each graph, so that a store which does not answer holds up the graph that
 * lies in it and no other. A pool starts its threads as work comes. Thread-safe.
 */
final class GraphWorkers {

  private final Vertx vertx;
  private final String pool;
  private final int threads;
  private final Map<String, WorkerExecutor> byGraph = new ConcurrentHashMap<>();

  /**
   * @param pool start of the names of the pools
   * @param threads most threads that work for one graph
   */
  GraphWorkers(Vertx vertx, String pool, int threads) {
    this.vertx = vertx;
    this.pool = pool;
    this.threads = threads;
  }

  /** The workers of a graph that is served; what a client made up gets no pool. */
  WorkerExecutor of(String graph) {
    return byGraph.computeIfAbsent(
        graph, id -> vertx.createSharedWorkerExecutor(pool + "-" + id, threads));
  }

  void close() {
    byGraph.values().forEach(WorkerExecutor::close);
  }
}
