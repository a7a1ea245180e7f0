package io.omnigraph.server.graphs;

import io.omnigraph.api.QueryCatalogOutput;
import io.omnigraph.cluster.AppliedGraph;
import io.omnigraph.model.GraphException;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stored queries of one graph, checked against its schema. Immutable, thread-safe. */
public final class StoredQueries {

  private final Map<String, StoredQuery> byName;
  private final QueryCatalogOutput catalog;

  private StoredQueries(Map<String, StoredQuery> byName) {
    this.byName = Map.copyOf(byName);
    this.catalog =
        new QueryCatalogOutput(
            new TreeMap<>(byName)
                .values().stream()
                    .map(query -> QueryCatalogOutput.Entry.of(query.compiled()))
                    .toList());
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
  public static StoredQueries check(AppliedGraph graph, Catalog catalog) {
    var queries = new TreeMap<String, StoredQuery>();
    var problems = new ArrayList<String>();
    for (AppliedGraph.Query query : graph.queries()) {
      try {
        CompiledQuery compiled = QueryCompiler.compile(query.source(), query.name(), catalog);
        queries.put(query.name(), new StoredQuery(query.name(), query.source(), compiled));
      } catch (GraphException e) {
        problems.add("'" + query.name() + "': " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new StoredQueryException(
          "graph '"
              + graph.id()
              + "': "
              + problems.size()
              + (problems.size() == 1 ? " stored query" : " stored queries")
              + " failed the schema check: "
              + String.join("; ", problems));
    }
    return new StoredQueries(queries);
  }

  public Optional<StoredQuery> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public QueryCatalogOutput catalog() {
    return catalog;
  }
}
