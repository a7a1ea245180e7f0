package io.omnigraph.query.registry;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.QuerySource;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The stored queries of one graph: readable, unambiguous, not yet checked against a schema.
 * Immutable, thread-safe.
 */
public final class StoredQueryRegistry {

  private final NavigableMap<String, Entry> entries;

  private StoredQueryRegistry(NavigableMap<String, Entry> entries) {
    this.entries = entries;
  }

  private record Entry(StoredQueryDefinition definition, QuerySource source) {}

  /**
   * What could be registered.
   *
   * @param registry the queries without an error
   * @param errors one message per query that could not be registered
   */
  public record Loaded(StoredQueryRegistry registry, List<String> errors) {
    public Loaded {
      errors = List.copyOf(errors);
    }
  }

  /** Reads the definitions; every error is collected, none is thrown. */
  public static Loaded load(Collection<StoredQueryDefinition> definitions) {
    var errors = new ArrayList<String>();
    var sources = new HashMap<String, QuerySource>();
    var byKey = new TreeMap<String, Entry>();
    for (StoredQueryDefinition definition : definitions) {
      QuerySource source = sources.computeIfAbsent(definition.source(), QuerySource::parse);
      Optional<String> error = error(definition, source);
      if (error.isPresent()) {
        errors.add(error.get());
      } else if (byKey.putIfAbsent(definition.key(), new Entry(definition, source)) != null) {
        errors.add("stored query '" + definition.key() + "': registered more than once");
      }
    }
    errors.addAll(toolNameClashes(byKey));
    return new Loaded(new StoredQueryRegistry(byKey), errors);
  }

  private static Optional<String> error(StoredQueryDefinition definition, QuerySource source) {
    String key = definition.key();
    String start = "stored query '" + key + "': ";
    if (!source.problems().isEmpty()) {
      return Optional.of(start + source.problems().getFirst().message());
    }
    long declared = source.names().stream().filter(key::equals).count();
    if (declared == 0) {
      return Optional.of(
          start
              + "no `query "
              + key
              + "` declaration found in its `.gq` file (the registry key must match the query"
              + " symbol)");
    }
    return declared > 1
        ? Optional.of(start + "query `" + key + "` is declared more than once in its `.gq` file")
        : Optional.empty();
  }

  /** Of exposed queries with one tool name the first by key keeps it; the others are removed. */
  private static List<String> toolNameClashes(NavigableMap<String, Entry> byKey) {
    var errors = new ArrayList<String>();
    var owners = new HashMap<String, String>();
    for (Entry entry : List.copyOf(byKey.values())) {
      StoredQueryDefinition definition = entry.definition();
      if (!definition.exposed()) {
        continue;
      }
      String tool = definition.effectiveToolName();
      String owner = owners.putIfAbsent(tool, definition.key());
      if (owner != null) {
        errors.add(
            "stored query '"
                + definition.key()
                + "': MCP tool name '"
                + tool
                + "' already claimed by exposed query '"
                + owner
                + "'");
        byKey.remove(definition.key());
      }
    }
    return errors;
  }

  /** The keys of all registered queries, sorted. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** The definition of a registered query. */
  public Optional<StoredQueryDefinition> definition(String name) {
    return Optional.ofNullable(entries.get(name)).map(Entry::definition);
  }

  /** Checks every query against a schema; every breakage is collected, none is thrown. */
  public SchemaCheck check(Catalog catalog) {
    var compiled = new TreeMap<String, CompiledQuery>();
    var catalogEntries = new TreeMap<String, QueryCatalogEntry>();
    var breakages = new ArrayList<Breakage>();
    var warnings = new ArrayList<String>();
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      String name = named.getKey();
      StoredQueryDefinition definition = named.getValue().definition();
      try {
        CompiledQuery query = QueryCompiler.compile(named.getValue().source(), name, catalog);
        compiled.put(name, query);
        if (definition.exposed()) {
          catalogEntries.put(name, QueryCatalogEntry.of(definition.effectiveToolName(), query));
          warnings.addAll(vectorParameters(query));
        }
      } catch (CompileException e) {
        breakages.add(new Breakage(name, e.getMessage(), e.diagnostics(), e.render()));
      }
    }
    return new SchemaCheck(compiled, catalogEntries, breakages, warnings);
  }

  private static List<String> vectorParameters(CompiledQuery query) {
    return query.parameters().stream()
        .filter(p -> p.type().scalar() == ScalarType.VECTOR)
        .map(
            p ->
                "exposed query '"
                    + query.name()
                    + "' takes a Vector parameter `$"
                    + p.name()
                    + "`, which tool callers can hardly provide")
        .toList();
  }

  /**
   * A stored query that does not fit the schema.
   *
   * @param message that of the first diagnostic
   * @param rendered all diagnostics for a terminal
   */
  public record Breakage(
      String query, String message, List<Diagnostic> diagnostics, String rendered) {
    public Breakage {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /**
   * The stored queries under one schema.
   *
   * @param queries what can be run, by name
   * @param catalog the exposed ones of them, by name
   * @param breakages what cannot
   * @param warnings what should be known, but blocks nothing
   */
  public record SchemaCheck(
      Map<String, CompiledQuery> queries,
      Map<String, QueryCatalogEntry> catalog,
      List<Breakage> breakages,
      List<String> warnings) {

    public SchemaCheck {
      breakages = List.copyOf(breakages);
      warnings = List.copyOf(warnings);
    }

    /** The text that refuses to serve a graph: one line per breakage. */
    public String message(String graph) {
      var text = new StringBuilder("graph '" + graph + "': " + breakages.size());
      text.append(breakages.size() == 1 ? " stored query" : " stored queries");
      text.append(" failed the schema check:");
      for (Breakage breakage : breakages) {
        text.append("\n  query '").append(breakage.query()).append("': ");
        text.append(breakage.message());
      }
      return text.toString();
    }
  }
}
