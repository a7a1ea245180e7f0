package io.omnigraph.server.graphs;

import io.omnigraph.api.QueryCatalogOutput;
import io.omnigraph.cluster.AppliedGraph;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.registry.StoredQueryDefinition;
import io.omnigraph.query.registry.StoredQueryRegistry;
import io.omnigraph.schema.Catalog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stored queries that a graph serves: those of a registry, checked. Immutable, thread-safe. */
public final class StoredQueries {

  private final Map<String, StoredQuery> byName;
  private final QueryCatalogOutput catalog;

  private StoredQueries(Map<String, StoredQuery> byName, QueryCatalogOutput catalog) {
    this.byName = Map.copyOf(byName);
    this.catalog = catalog;
  }

  /** One stored query with the file text that declares it. */
  public record StoredQuery(String name, String source, CompiledQuery compiled) {
    public boolean isMutation() {
      return compiled instanceof CompiledQuery.Mutation;
    }
  }

  /**
   * Checks every applied query of a graph.
   *
   * @throws StoredQueryException naming every query that does not fit the schema
   */
  public static StoredQueries check(AppliedGraph graph, Catalog schema) {
    List<StoredQueryDefinition> definitions =
        graph.queries().stream()
            .map(query -> StoredQueryDefinition.exposed(query.name(), query.source()))
            .toList();
    StoredQueryRegistry.Loaded loaded = StoredQueryRegistry.load(definitions);
    if (!loaded.errors().isEmpty()) {
      throw new StoredQueryException(
          "graph '" + graph.id() + "': " + String.join("; ", loaded.errors()));
    }
    StoredQueryRegistry.SchemaCheck check = loaded.registry().check(schema);
    if (!check.breakages().isEmpty()) {
      throw new StoredQueryException(check.message(graph.id()));
    }
    var queries = new TreeMap<String, StoredQuery>();
    for (StoredQueryDefinition definition : definitions) {
      String name = definition.key();
      CompiledQuery compiled = check.queries().get(name);
      if (compiled != null) {
        queries.put(name, new StoredQuery(name, definition.source(), compiled));
      }
    }
    return new StoredQueries(
        queries, new QueryCatalogOutput(List.copyOf(check.catalog().values())));
  }

  public Optional<StoredQuery> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public QueryCatalogOutput catalog() {
    return catalog;
  }
}
