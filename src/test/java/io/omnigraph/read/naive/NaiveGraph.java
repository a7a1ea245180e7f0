package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Nodes and edges in plain collections. */
public final class NaiveGraph {

  /** A node or edge row; {@code src} and {@code dst} are empty for nodes. */
  public record Row(String type, String id, String src, String dst, Map<String, Value> values) {
    public Value get(String property) {
      return values.getOrDefault(property, Value.NULL);
    }
  }

  /** Endpoint types of an edge type. */
  public record Ends(String from, String to) {
    public boolean same() {
      return from.equals(to);
    }
  }

  public final Map<String, Ends> edgeTypes = new LinkedHashMap<>();
  public final Map<String, Map<String, Row>> nodes = new LinkedHashMap<>();
  public final Map<String, Map<String, Row>> edges = new LinkedHashMap<>();

  public NaiveGraph nodeType(String name) {
    nodes.put(name, new TreeMap<>());
    return this;
  }

  public NaiveGraph edgeType(String name, String from, String to) {
    edgeTypes.put(name, new Ends(from, to));
    edges.put(name, new TreeMap<>());
    return this;
  }

  /** Ids of nodes that one edge leads to; ids without a node are left out. */
  private Set<String> step(String edgeType, String node, Way way) {
    Ends ends = edgeTypes.get(edgeType);
    Set<String> reached = new LinkedHashSet<>();
    for (Row edge : edges.get(edgeType).values()) {
      if (way != Way.BACKWARD && edge.src.equals(node)) {
        reached.add(edge.dst);
      }
      if (way != Way.FORWARD && edge.dst.equals(node)) {
        reached.add(edge.src);
      }
    }
    String target = way == Way.BACKWARD ? ends.from() : ends.to();
    if (!ends.same()) {
      reached.removeIf(id -> !nodes.get(target).containsKey(id));
    }
    return reached;
  }

  /** How edges are walked. */
  public enum Way {
    FORWARD,
    BACKWARD,
    EITHER
  }

  /**
   * The nodes a walk of {@code min} to {@code max} hops reports: each at its shortest distance if
   * that lies within the bounds; the start is visited from the beginning; a self-edge reports its
   * node at the hop where it is met.
   */
  public Set<String> reach(String edgeType, String start, Way way, int min, int max) {
    Ends ends = edgeTypes.get(edgeType);
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
    reported.removeIf(id -> !nodes.get(type).containsKey(id));
    return reported;
  }

  /** Edges between two nodes in a direction. */
  public List<Row> between(String edgeType, String start, String end, Way way) {
    List<Row> found = new ArrayList<>();
    for (Row edge : edges.get(edgeType).values()) {
      boolean forward = edge.src.equals(start) && edge.dst.equals(end);
      boolean backward = edge.dst.equals(start) && edge.src.equals(end);
      if (way != Way.BACKWARD && forward || way != Way.FORWARD && backward) {
        found.add(edge);
      }
    }
    return found;
  }

  /** Nodes of a type, in id order. */
  public List<Row> all(String nodeType) {
    return List.copyOf(nodes.get(nodeType).values());
  }

  static <T> List<T> mapped(List<Row> rows, Function<Row, T> function) {
    return rows.stream().map(function).toList();
  }
}
