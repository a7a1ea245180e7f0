package io.omnigraph.cluster;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.IoText;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and checks every file that a configuration names. */
final class DesiredStateReader {

  private final Path directory;
  private final Findings findings;

  private DesiredStateReader(Path directory, Findings findings) {
    this.directory = directory;
    this.findings = findings;
  }

  /** What the configuration declares; whatever could not be read or checked is a finding. */
  static DesiredState read(Path directory, ClusterConfig config, Findings findings) {
    var reader = new DesiredStateReader(directory, findings);
    var graphs = new ArrayList<DesiredState.Graph>();
    var resources = new TreeMap<String, DesiredState.Resource>();
    for (ClusterConfig.Graph declared : config.graphs().values()) {
      DesiredState.Graph graph = reader.graph(declared);
      if (graph != null) {
        graphs.add(graph);
        addResources(resources, graph);
      }
    }
    var digests = new TreeMap<String, String>();
    resources.forEach((address, resource) -> digests.put(address, resource.digest()));
    String configDigest = Digests.config(canonical(config), digests);
    return new DesiredState(configDigest, resources, graphs);
  }

  /** Sorted keys, so that only the meaning counts. */
  private static byte[] canonical(ClusterConfig config) {
    return ClusterJson.compact(ClusterJson.MAPPER.convertValue(config.parsed(), Object.class));
  }

  private static void addResources(
      SortedMap<String, DesiredState.Resource> resources, DesiredState.Graph graph) {
    add(
        resources,
        new DesiredState.Resource(
            DesiredState.graphAddress(graph.id()), "graph", graph.digest(), ClusterYaml.FILE));
    add(
        resources,
        new DesiredState.Resource(
            DesiredState.schemaAddress(graph.id()),
            "schema",
            graph.schemaDigest(),
            graph.schemaPath()));
    for (DesiredState.Query query : graph.queries()) {
      add(
          resources,
          new DesiredState.Resource(
              DesiredState.queryAddress(graph.id(), query.name()),
              "query",
              query.digest(),
              query.path()));
    }
  }

  private static void add(
      SortedMap<String, DesiredState.Resource> resources, DesiredState.Resource resource) {
    resources.put(resource.address(), resource);
  }

  private DesiredState.@Nullable Graph graph(ClusterConfig.Graph declared) {
    byte[] schema = file(declared.schema(), "schema_file_missing");
    if (schema == null) {
      return null;
    }
    Catalog catalog = catalog(declared, schema);
    List<DesiredState.Query> queries =
        switch (declared.queries()) {
          case ClusterConfig.Queries.Discovered discovered ->
              discovered(declared.id(), discovered.paths(), catalog);
          case ClusterConfig.Queries.Named named -> named(declared.id(), named.files(), catalog);
        };
    String schemaDigest = Digests.of(schema);
    var queryDigests = new TreeMap<String, String>();
    queries.forEach(query -> queryDigests.put(query.name(), query.digest()));
    return new DesiredState.Graph(
        declared.id(),
        Digests.graph(declared.id(), schemaDigest, queryDigests),
        declared.schema(),
        schema,
        schemaDigest,
        queries);
  }

  private @Nullable Catalog catalog(ClusterConfig.Graph declared, byte[] schema) {
    try {
      return SchemaCompiler.compile(new String(schema, StandardCharsets.UTF_8));
    } catch (CompileException e) {
      boolean parse = e.kind() == GraphException.Kind.PARSE;
      for (Diagnostic problem : e.diagnostics()) {
        findings.error(
            parse ? "schema_parse_error" : "schema_catalog_error",
            place(declared.schema(), problem),
            problem.message());
      }
      return null;
    }
  }

  private static String place(String path, Diagnostic problem) {
    return problem.span() == null
        ? path
        : path + ":" + problem.span().line() + ":" + problem.span().column();
  }

  private List<DesiredState.Query> discovered(
      String graph, List<String> paths, @Nullable Catalog catalog) {
    var byName = new TreeMap<String, DesiredState.Query>();
    for (String file : expand(paths)) {
      byte[] bytes = file(file, "query_file_missing");
      if (bytes == null) {
        continue;
      }
      for (String name : check(graph, file, bytes, catalog)) {
        DesiredState.Query previous =
            byName.putIfAbsent(name, new DesiredState.Query(name, file, bytes, Digests.of(bytes)));
        if (previous != null) {
          findings.error(
              "duplicate_query_name",
              file,
              "query '"
                  + name
                  + "' of graph '"
                  + graph
                  + "' is also declared in "
                  + previous.path());
        }
      }
    }
    return List.copyOf(byName.values());
  }

  /** Directories become their {@code .gq} files, sorted. */
  private List<String> expand(List<String> paths) {
    var files = new ArrayList<String>();
    for (String path : paths) {
      Path resolved = resolve(path);
      if (resolved == null || !Files.isDirectory(resolved)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> entries = Files.list(resolved)) {
        List<String> found =
            entries
                .filter(entry -> entry.getFileName().toString().endsWith(".gq"))
                .filter(Files::isRegularFile)
                .map(entry -> directory.relativize(entry).toString())
                .sorted()
                .toList();
        if (found.isEmpty()) {
          findings.warning("query_dir_empty", path, "the directory holds no .gq file");
        }
        files.addAll(found);
      } catch (IOException e) {
        findings.error("query_dir_unreadable", path, "cannot list the directory: " + IoText.of(e));
      }
    }
    return files;
  }

  private List<DesiredState.Query> named(
      String graph, SortedMap<String, String> files, @Nullable Catalog catalog) {
    var queries = new ArrayList<DesiredState.Query>();
    files.forEach(
        (name, file) -> {
          byte[] bytes = file(file, "query_file_missing");
          if (bytes == null) {
            return;
          }
          List<String> declared = check(graph, file, bytes, catalog);
          if (catalog != null && !declared.isEmpty() && !declared.contains(name)) {
            findings.error(
                "query_key_mismatch",
                file,
                "the file declares no query '"
                    + name
                    + "'; it declares "
                    + String.join(", ", declared));
          }
          queries.add(new DesiredState.Query(name, file, bytes, Digests.of(bytes)));
        });
    return queries;
  }

  /** Compiles a file against the declared schema; the names it declares, empty if it is broken. */
  private List<String> check(String graph, String file, byte[] bytes, @Nullable Catalog catalog) {
    if (catalog == null) {
      findings.warning(
          "query_typecheck_skipped",
          file,
          "not checked, because the schema of graph '" + graph + "' is broken");
      return List.of();
    }
    String source = new String(bytes, StandardCharsets.UTF_8);
    try {
      return QueryCompiler.compileAll(source, catalog).stream().map(CompiledQuery::name).toList();
    } catch (CompileException e) {
      for (Diagnostic problem : e.diagnostics()) {
        boolean parse = problem.message().startsWith("parse error");
        findings.error(
            parse ? "query_parse_error" : "query_typecheck_error",
            place(file, problem),
            "graph '" + graph + "': " + problem.message());
      }
      return List.of();
    }
  }

  private byte @Nullable [] file(String path, String missingCode) {
    Path resolved = resolve(path);
    if (resolved == null || !Files.isRegularFile(resolved)) {
      findings.error(missingCode, path, "the file does not exist below " + directory);
      return null;
    }
    try {
      return Files.readAllBytes(resolved);
    } catch (IOException e) {
      findings.error(missingCode, path, "cannot read the file: " + IoText.of(e));
      return null;
    }
  }

  private @Nullable Path resolve(String path) {
    try {
      return directory.resolve(path);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
