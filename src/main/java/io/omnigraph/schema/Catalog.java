package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A checked schema: every type by name, in canonical order, with its canonical JSON and hash.
 * Immutable, thread-safe. Two catalogs are equal if their hashes are.
 */
public final class Catalog {

  private final NavigableMap<String, InterfaceType> interfaces;
  private final NavigableMap<String, NodeType> nodes;
  private final NavigableMap<String, EdgeType> edges;
  private final Map<String, EdgeType> edgesByFoldedName;
  private final String canonicalJson;
  private final String hash;

  /**
   * For the schema compiler and the canonical-form reader; others obtain a catalog from {@link
   * SchemaCompiler}.
   *
   * @param canonicalJson compact canonical JSON (schema IR, version 1)
   * @param hash {@code sha256:} + lower hex of the canonical JSON
   */
  Catalog(
      List<InterfaceType> interfaces,
      List<NodeType> nodes,
      List<EdgeType> edges,
      String canonicalJson,
      String hash) {
    this.interfaces = new TreeMap<>();
    interfaces.forEach(i -> this.interfaces.put(i.name(), i));
    this.nodes = new TreeMap<>();
    nodes.forEach(n -> this.nodes.put(n.name(), n));
    this.edges = new TreeMap<>();
    this.edgesByFoldedName = new TreeMap<>();
    edges.forEach(
        e -> {
          this.edges.put(e.name(), e);
          this.edgesByFoldedName.put(e.name().toLowerCase(Locale.ROOT), e);
        });
    this.canonicalJson = canonicalJson;
    this.hash = hash;
  }

  public NavigableMap<String, InterfaceType> interfaces() {
    return Collections.unmodifiableNavigableMap(interfaces);
  }

  public NavigableMap<String, NodeType> nodes() {
    return Collections.unmodifiableNavigableMap(nodes);
  }

  public NavigableMap<String, EdgeType> edges() {
    return Collections.unmodifiableNavigableMap(edges);
  }

  public Optional<NodeType> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  public Optional<EdgeType> edge(String name) {
    return Optional.ofNullable(edges.get(name));
  }

  /** Finds an edge type by the word of a query: the exact name first, then regardless of case. */
  public Optional<EdgeType> edgeByWord(String word) {
    EdgeType exact = edges.get(word);
    return exact != null
        ? Optional.of(exact)
        : Optional.ofNullable(edgesByFoldedName.get(word.toLowerCase(Locale.ROOT)));
  }

  public Optional<EntityType> type(TableKey key) {
    return key.isNode() ? node(key.typeName()).map(n -> n) : edge(key.typeName()).map(e -> e);
  }

  /** Every node and edge type, in table-key order (edges before nodes). */
  public Stream<EntityType> types() {
    return Stream.concat(edges.values().stream(), nodes.values().stream());
  }

  /** The edge types that touch a node type at either end, sorted by name. */
  public List<EdgeType> incidentEdges(String nodeType) {
    return edges.values().stream()
        .filter(e -> e.from().equals(nodeType) || e.to().equals(nodeType))
        .toList();
  }

  /** Compact canonical JSON of the schema (IR version 1). */
  public String canonicalJson() {
    return canonicalJson;
  }

  /** {@code sha256:} followed by 64 lower-case hex digits. */
  public String hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Catalog c && c.hash.equals(hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "Catalog["
        + nodes.size()
        + " node types, "
        + edges.size()
        + " edge types, "
        + hash
        + "]";
  }
}
