package io.omnigraph.server.work;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The projection of every graph, shared between the verticle that folds and those that show. */
public final class Projections {

  private final Map<String, CommitProjection> byGraph = new ConcurrentHashMap<>();

  public CommitProjection of(String graph) {
    return byGraph.computeIfAbsent(graph, absent -> new CommitProjection());
  }
}
