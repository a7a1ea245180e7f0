package io.omnigraph.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.IoText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code cluster.yaml} strictly: what is not understood is refused, not skipped. */
final class ClusterYaml {

  static final String FILE = "cluster.yaml";

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final Set<String> TOP =
      Set.of("version", "metadata", "storage", "state", "providers", "graphs", "policies");
  private static final Set<String> RESERVED =
      Set.of("apply", "env_file", "pipelines", "embeddings", "ui", "aliases", "bindings");
  private static final Pattern RESOURCE_ID = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_-]*");
  private static final Pattern SERVABLE_ID = Pattern.compile("[a-zA-Z0-9-]{1,64}");
  private static final Set<String> UNSERVABLE = Set.of("policies", "healthz", "openapi", "graphs");

  private final Findings findings;

  private ClusterYaml(Findings findings) {
    this.findings = findings;
  }

  /**
   * Reads the file of a configuration directory; what is wrong with it is added to the findings.
   *
   * @return null if nothing useful could be read
   */
  static @Nullable ClusterConfig read(Path directory, Findings findings) {
    if (!Files.isDirectory(directory)) {
      findings.error(
          "config_dir_not_found",
          directory.toString(),
          "the configuration directory does not exist");
      return null;
    }
    JsonNode document;
    try {
      document = YAML.readTree(Files.readString(directory.resolve(FILE)));
    } catch (JsonProcessingException e) {
      boolean duplicate = e.getOriginalMessage().startsWith("Duplicate field");
      findings.error(
          duplicate ? "duplicate_yaml_key" : "invalid_cluster_yaml", FILE, describe(e, duplicate));
      return null;
    } catch (NoSuchFileException e) {
      findings.error("cluster_config_read_error", FILE, directory + " has no " + FILE);
      return null;
    } catch (IOException e) {
      findings.error(
          "cluster_config_read_error", FILE, "cannot read " + FILE + ": " + IoText.of(e));
      return null;
    } catch (UncheckedIOException e) {
      findings.error("cluster_config_read_error", FILE, String.valueOf(e.getMessage()));
      return null;
    }
    if (!(document instanceof ObjectNode object)) {
      findings.error("invalid_cluster_yaml", FILE, "expected a mapping with `version: 1`");
      return null;
    }
    return new ClusterYaml(findings).parse(object);
  }

  private static String describe(JsonProcessingException e, boolean duplicate) {
    String first = e.getOriginalMessage().lines().findFirst().orElse("malformed YAML");
    String text = duplicate ? first.replace("Duplicate field", "duplicate key") : first;
    return e.getLocation() == null ? text : text + " (line " + e.getLocation().getLineNr() + ")";
  }

  private ClusterConfig parse(ObjectNode document) {
    document
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (RESERVED.contains(key)) {
                findings.error(
                    "future_phase_field", key, "`" + key + "` is reserved and not supported");
              } else if (!TOP.contains(key)) {
                unknown(key, key);
              }
            });
    JsonNode version = document.get("version");
    if (version == null || !version.isInt() || version.intValue() != 1) {
      findings.error(
          "unsupported_cluster_config_version",
          "version",
          version == null ? "`version: 1` is required" : "only version 1 is supported");
    }
    notYet(document, "providers", "embedding providers");
    notYet(document, "policies", "policies");
    var graphs = new TreeMap<String, ClusterConfig.Graph>();
    for (var entry : mapping(document, "graphs").properties()) {
      ClusterConfig.Graph graph = graph(entry.getKey(), entry.getValue());
      if (graph != null) {
        graphs.put(entry.getKey(), graph);
      }
    }
    return new ClusterConfig(
        metadataName(document), storage(document), lock(document), graphs, document);
  }

  private void notYet(ObjectNode document, String key, String what) {
    JsonNode value = document.get(key);
    if (value != null && !value.isEmpty()) {
      findings.error("not_supported_yet", key, what + " are not supported yet");
    }
  }

  private @Nullable String metadataName(ObjectNode document) {
    ObjectNode metadata = mapping(document, "metadata");
    onlyKeys(metadata, "metadata", Set.of("name"));
    JsonNode name = metadata.get("name");
    if (name == null) {
      return null;
    }
    if (!name.isTextual() || name.textValue().isBlank()) {
      findings.error("empty_metadata_name", "metadata.name", "the name must not be blank");
      return null;
    }
    return name.textValue();
  }

  private @Nullable String storage(ObjectNode document) {
    JsonNode storage = document.get("storage");
    if (storage == null || storage.isNull()) {
      return null;
    }
    if (!storage.isTextual() || storage.textValue().isBlank()) {
      findings.error("invalid_storage_root", "storage", "expected a directory or s3:// URI");
      return null;
    }
    String text = storage.textValue().strip();
    while (text.length() > 1 && text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.contains("://")) {
      try {
        GraphUri.parse(text);
      } catch (GraphException e) {
        findings.error("invalid_storage_root", "storage", e.getMessage());
        return null;
      }
    }
    return text;
  }

  private boolean lock(ObjectNode document) {
    ObjectNode state = mapping(document, "state");
    onlyKeys(state, "state", Set.of("backend", "lock"));
    JsonNode backend = state.get("backend");
    if (backend != null && !(backend.isTextual() && backend.textValue().equals("cluster"))) {
      findings.error(
          "unsupported_state_backend", "state.backend", "only `backend: cluster` is supported");
    }
    JsonNode lock = state.get("lock");
    if (lock == null) {
      return true;
    }
    if (!lock.isBoolean()) {
      findings.error("invalid_cluster_yaml", "state.lock", "expected true or false");
      return true;
    }
    if (!lock.booleanValue()) {
      findings.warning(
          "state_lock_disabled",
          "state.lock",
          "commands do not take the state lock; run only one at a time");
    }
    return lock.booleanValue();
  }

  private ClusterConfig.@Nullable Graph graph(String id, JsonNode value) {
    String path = "graphs." + id;
    boolean legal = checkId(id, path);
    if (legal && (!SERVABLE_ID.matcher(id).matches() || UNSERVABLE.contains(id))) {
      findings.error(
          "invalid_resource_id",
          path,
          "graph id '"
              + id
              + "' cannot be served over HTTP: use 1 to 64 letters, digits and hyphens, and none"
              + " of policies, healthz, openapi, graphs");
      return null;
    }
    if (!(value instanceof ObjectNode graph)) {
      findings.error("invalid_cluster_yaml", path, "expected a mapping with `schema`");
      return null;
    }
    onlyKeys(graph, path, Set.of("schema", "queries", "embedding_provider", "external_blobs"));
    notYet(graph, "embedding_provider", path + ".embedding_provider", "embedding providers");
    notYet(graph, "external_blobs", path + ".external_blobs", "external blobs");
    JsonNode schema = graph.get("schema");
    if (schema == null || !schema.isTextual() || schema.textValue().isBlank()) {
      findings.error("invalid_cluster_yaml", path + ".schema", "a schema file is required");
      return null;
    }
    return new ClusterConfig.Graph(
        id, schema.textValue(), queries(graph.get("queries"), path + ".queries"));
  }

  private void notYet(ObjectNode node, String key, String path, String what) {
    if (node.hasNonNull(key)) {
      findings.error("not_supported_yet", path, what + " are not supported yet");
    }
  }

  private ClusterConfig.Queries queries(@Nullable JsonNode value, String path) {
    if (value == null || value.isNull()) {
      return new ClusterConfig.Queries.Discovered(List.of());
    }
    if (value.isTextual()) {
      return new ClusterConfig.Queries.Discovered(List.of(value.textValue()));
    }
    if (value.isArray()) {
      var paths = new ArrayList<String>();
      for (JsonNode item : value) {
        if (item.isTextual()) {
          paths.add(item.textValue());
        } else {
          findings.error("invalid_cluster_yaml", path, "expected a list of paths");
        }
      }
      return new ClusterConfig.Queries.Discovered(paths);
    }
    if (value instanceof ObjectNode named) {
      var files = new TreeMap<String, String>();
      for (var entry : named.properties()) {
        String entryPath = path + "." + entry.getKey();
        checkId(entry.getKey(), entryPath);
        if (entry.getValue() instanceof ObjectNode declaration
            && declaration.path("file").isTextual()) {
          onlyKeys(declaration, entryPath, Set.of("file"));
          files.put(entry.getKey(), declaration.path("file").textValue());
        } else {
          findings.error("invalid_cluster_yaml", entryPath, "expected {file: <path>}");
        }
      }
      return new ClusterConfig.Queries.Named(files);
    }
    findings.error(
        "invalid_cluster_yaml", path, "expected a path, a list of paths or a mapping of names");
    return new ClusterConfig.Queries.Discovered(List.of());
  }

  private boolean checkId(String id, String path) {
    if (RESOURCE_ID.matcher(id).matches()) {
      return true;
    }
    findings.error(
        "invalid_resource_id",
        path,
        "invalid id '"
            + id
            + "': expected a letter or underscore, then letters, digits, underscores, hyphens");
    return false;
  }

  private ObjectNode mapping(ObjectNode parent, String key) {
    JsonNode value = parent.get(key);
    if (value instanceof ObjectNode object) {
      return object;
    }
    if (value != null && !value.isNull()) {
      findings.error("invalid_cluster_yaml", key, "expected a mapping");
    }
    return YAML.createObjectNode();
  }

  private void onlyKeys(ObjectNode node, String path, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                unknown(path + "." + key, key);
              }
            });
  }

  private void unknown(String path, String key) {
    findings.error("invalid_cluster_yaml", path, "unknown key `" + key + "`");
  }
}
