package io.omnigraph.read.naive;

import io.omnigraph.read.naive.NaiveGraph.Ends;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveGraph.Way;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Walks along the edges of a graph that does not change meanwhile. */
final class NaiveWalks {

  private final NaiveGraph graph;

  /** The edges that touch a node, by edge type and then by the id of either end. */
  private final Map<String, Map<String, List<Row>>> touching = new HashMap<>();

  /** What a hop reaches from a node: the edges to each target, none where nobody asks for them. */
  private final Map<Hop, Map<String, Map<String, List<Row>>>> reached = new HashMap<>();

  NaiveWalks(NaiveGraph graph) {
    this.graph = graph;
  }

  /** The ids that a hop reaches, in order, with the edges to each if the hop binds one. */
  Map<String, List<Row>> targets(String start, Hop hop) {
    return reached
        .computeIfAbsent(hop, h -> new HashMap<>())
        .computeIfAbsent(
            start,
            s -> {
              Map<String, List<Row>> targets = new TreeMap<>();
              for (String id : reach(hop.edgeType(), start, hop.way(), hop.min(), hop.max())) {
                targets.put(
                    id,
                    hop.edgeVariable() == null
                        ? List.of()
                        : between(hop.edgeType(), start, id, hop.way()));
              }
              return targets;
            });
  }

  /**
   * The nodes a walk of {@code min} to {@code max} hops reports: each at its shortest distance if
   * that lies within the bounds; the start is visited from the beginning; a self-edge reports its
   * node at the hop where it is met.
   */
  private Set<String> reach(String edgeType, String start, Way way, int min, int max) {
    Ends ends = RandomSchema.EDGES.get(edgeType);
    int most = ends.same() ? max : 1;
    Set<String> reported = new LinkedHashSet<>();
    Set<String> visited = new LinkedHashSet<>(Set.of(start));
    Set<String> frontier = Set.of(start);
    for (int hop = 1; hop <= most; hop++) {
      Set<String> next = new LinkedHashSet<>();
      for (String node : frontier) {
        for (String target : step(edgeType, node, way)) {
          boolean self = ends.same() && target.equals(node);
          boolean fresh = !ends.same() || visited.add(target);
          if (self || fresh) {
            if (hop >= min) {
              reported.add(target);
            }
            if (!self) {
              next.add(target);
            }
          }
        }
      }
      frontier = next;
    }
    String type = way == Way.BACKWARD ? ends.from() : ends.to();
    reported.removeIf(id -> !graph.nodes.get(type).containsKey(id));
    return reported;
  }

  /** Ids that one edge leads to, whether there are such nodes or not. */
  private Set<String> step(String edgeType, String node, Way way) {
    Set<String> ids = new LinkedHashSet<>();
    for (Row edge : edges(edgeType, node)) {
      if (way != Way.BACKWARD && edge.src().equals(node)) {
        ids.add(edge.dst());
      }
      if (way != Way.FORWARD && edge.dst().equals(node)) {
        ids.add(edge.src());
      }
    }
    return ids;
  }

  private List<Row> edges(String edgeType, String node) {
    Map<String, List<Row>> byEnd = touching.get(edgeType);
    if (byEnd == null) {
      byEnd = new HashMap<>();
      for (Row edge : graph.edges.get(edgeType).values()) {
        for (String end : Set.copyOf(List.of(edge.src(), edge.dst()))) {
          byEnd.computeIfAbsent(end, e -> new ArrayList<>()).add(edge);
        }
      }
      touching.put(edgeType, byEnd);
    }
    return byEnd.getOrDefault(node, List.of());
  }

  /** Edges between two nodes in a direction. */
  private List<Row> between(String edgeType, String start, String end, Way way) {
    List<Row> found = new ArrayList<>();
    for (Row edge : edges(edgeType, start)) {
      boolean forward = edge.src().equals(start) && edge.dst().equals(end);
      boolean backward = edge.dst().equals(start) && edge.src().equals(end);
      if (way != Way.BACKWARD && forward || way != Way.FORWARD && backward) {
        found.add(edge);
      }
    }
    return found;
  }
}
