package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** How edges are walked. */
  public enum Way {
    FORWARD,
    BACKWARD,
    EITHER
  }

  public final Map<String, Map<String, Row>> nodes = new LinkedHashMap<>();
  public final Map<String, Map<String, Row>> edges = new LinkedHashMap<>();

  /** Property name to kind, per type: the schema of this graph. */
  public final Map<String, Map<String, String>> kinds = new LinkedHashMap<>();

  /** An empty graph of the whole schema. */
  public NaiveGraph() {
    for (String type : RandomSchema.KINDS.keySet()) {
      kinds.put(type, new LinkedHashMap<>(RandomSchema.KINDS.get(type)));
      (RandomSchema.isNode(type) ? nodes : edges).put(type, new TreeMap<>());
    }
  }

  /** What this graph is now, whatever becomes of it. */
  public NaiveGraph copy() {
    NaiveGraph copy = new NaiveGraph();
    kinds.forEach((type, properties) -> copy.kinds.put(type, new LinkedHashMap<>(properties)));
    nodes.forEach((type, rows) -> copy.nodes.put(type, new TreeMap<>(rows)));
    edges.forEach((type, rows) -> copy.edges.put(type, new TreeMap<>(rows)));
    return copy;
  }

  /** The rows of a type by id. */
  public Map<String, Row> table(String type) {
    return RandomSchema.isNode(type) ? nodes.get(type) : edges.get(type);
  }

  /** Nodes of a type, in id order. */
  public List<Row> all(String nodeType) {
    return List.copyOf(nodes.get(nodeType).values());
  }
}
