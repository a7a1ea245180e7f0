package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.model.BranchName;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Small graphs whose commits are measured. */
final class CommitGraphs {

  static final String PRODUCT_FSYNC = "OmniGraph, fsync";

  private static final String BOTH =
      """
      query both($name: String) {
        insert Person { name: $name, age: 1 }
        insert Knows { from: $name, to: "hub" }
      }
      """;
  private static final String ONE =
      "query one($name: String) { insert Person { name: $name, age: 1 } }";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private CommitGraphs() {}

  /**
   * A graph with one node.
   *
   * @param types node types besides the one that is written
   */
  static OmniGraph create(Path folder, OpenOptions.Durability durability, int types) {
    return create(folder, OpenOptions.readWrite().withDurability(durability), types);
  }

  /** The same with more to choose. */
  static OmniGraph create(Path folder, OpenOptions options, int types) {
    StringBuilder schema =
        new StringBuilder(
            "node Person { name: String @key  age: I32 }\nedge Knows: Person -> Person\n");
    for (int i = 0; i < types; i++) {
      schema.append("node Filler%d { name: String @key }%n".formatted(i));
    }
    OmniGraph graph = OmniGraph.init(folder.toString(), schema.toString(), false, options);
    mutate(graph, ONE, "hub");
    return graph;
  }

  /** One commit: a node, and an edge from it to another one. */
  static void addNodeAndEdge(OmniGraph graph) {
    mutate(graph, BOTH, "p" + NUMBER.getAndIncrement());
  }

  /** One node. */
  static void addNode(OmniGraph graph) {
    mutate(graph, ONE, "p" + NUMBER.getAndIncrement());
  }

  private static void mutate(OmniGraph graph, String query, String name) {
    graph.mutate(query, null, Map.of("name", name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }
}
