package io.omnigraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.omnigraph.model.IoText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code config.yaml} of the person at the terminal. A missing file is an empty one; unknown keys
 * are reported and skipped; a malformed file is an error. Holds no secrets.
 */
final class OperatorConfig {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final JsonNode root;
  private final Path file;

  private OperatorConfig(JsonNode root, Path file) {
    this.root = root;
    this.file = file;
  }

  /** A named way to address a graph; exactly one of the first three is set. */
  record Profile(
      @Nullable String server,
      @Nullable String store,
      @Nullable String cluster,
      @Nullable String defaultGraph) {}

  static OperatorConfig load(Map<String, String> environment, PrintStream err) {
    Path file = home(environment).resolve("config.yaml");
    if (!Files.exists(file)) {
      return new OperatorConfig(MissingNode.getInstance(), file);
    }
    JsonNode root;
    try {
      root = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new CliException("malformed operator config " + file + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new CliException("cannot read operator config " + file + ": " + IoText.of(e));
    }
    if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
      throw new CliException("malformed operator config " + file + ": expected a mapping");
    }
    var config = new OperatorConfig(root, file);
    config.warnUnknown(err);
    config.checkDefaults();
    return config;
  }

  private static Path home(Map<String, String> environment) {
    String home = environment.get("OMNIGRAPH_HOME");
    String user = System.getProperty("user.home");
    if (home == null || home.isBlank()) {
      return Path.of(user, ".omnigraph");
    }
    return Path.of(home.startsWith("~/") ? user + home.substring(1) : home);
  }

  private void warnUnknown(PrintStream err) {
    warnUnknown(
        root,
        "",
        Set.of("operator", "servers", "clusters", "profiles", "defaults", "aliases"),
        err);
    warnUnknown(root.path("operator"), "operator.", Set.of("actor"), err);
    warnUnknown(
        root.path("defaults"),
        "defaults.",
        Set.of(
            "output",
            "table_max_column_width",
            "table_cell_layout",
            "server",
            "default_graph",
            "store"),
        err);
    for (var server : root.path("servers").properties()) {
      warnUnknown(server.getValue(), "servers." + server.getKey() + ".", Set.of("url"), err);
    }
    for (var profile : root.path("profiles").properties()) {
      warnUnknown(
          profile.getValue(),
          "profiles." + profile.getKey() + ".",
          Set.of("server", "cluster", "store", "default_graph", "output"),
          err);
    }
  }

  private void warnUnknown(JsonNode node, String path, Set<String> known, PrintStream err) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                err.println("warning: " + file + ": unknown key `" + path + key + "` ignored");
              }
            });
  }

  private void checkDefaults() {
    JsonNode defaults = root.path("defaults");
    if (defaults.has("server") && defaults.has("store")) {
      throw new CliException(file + ": `defaults.server` and `defaults.store` exclude each other");
    }
    if (defaults.has("store") && defaults.has("default_graph")) {
      throw new CliException(
          file + ": `defaults.default_graph` has no meaning with `defaults.store`");
    }
  }

  @Nullable String actor() {
    return text(root.path("operator").path("actor"));
  }

  @Nullable String defaultOutput() {
    return text(root.path("defaults").path("output"));
  }

  @Nullable String defaultServer() {
    return text(root.path("defaults").path("server"));
  }

  @Nullable String defaultGraph() {
    return text(root.path("defaults").path("default_graph"));
  }

  @Nullable String defaultStore() {
    return text(root.path("defaults").path("store"));
  }

  int maxColumnWidth() {
    return Math.max(4, root.path("defaults").path("table_max_column_width").asInt(80));
  }

  boolean wrapCells() {
    return "wrap".equals(text(root.path("defaults").path("table_cell_layout")));
  }

  /** URLs by server name. */
  Map<String, String> servers() {
    var servers = new TreeMap<String, String>();
    for (var server : root.path("servers").properties()) {
      String url = text(server.getValue().path("url"));
      if (url != null) {
        servers.put(server.getKey(), stripSlash(url));
      }
    }
    return servers;
  }

  /**
   * The URL of a named server.
   *
   * @throws CliException listing the names there are
   */
  String serverUrl(String name) {
    Map<String, String> servers = servers();
    String url = servers.get(name);
    if (url == null) {
      throw new CliException(
          "unknown server '"
              + name
              + "'"
              + (servers.isEmpty()
                  ? "; no servers are configured in " + file
                  : "; configured: " + String.join(", ", servers.keySet())));
    }
    return url;
  }

  /**
   * A named profile.
   *
   * @throws CliException if there is none or it binds none or several
   */
  Profile profile(String name) {
    JsonNode node = root.path("profiles").path(name);
    if (!node.isObject()) {
      List<String> names = new ArrayList<>();
      root.path("profiles").fieldNames().forEachRemaining(names::add);
      throw new CliException(
          "unknown profile '"
              + name
              + "'"
              + (names.isEmpty()
                  ? "; none are configured in " + file
                  : "; configured: " + String.join(", ", names)));
    }
    var profile =
        new Profile(
            text(node.path("server")),
            text(node.path("store")),
            text(node.path("cluster")),
            text(node.path("default_graph")));
    long bound =
        List.of("server", "store", "cluster").stream()
            .filter(key -> text(node.path(key)) != null)
            .count();
    if (bound != 1) {
      throw new CliException(
          "profile '" + name + "' must bind exactly one of server, cluster and store");
    }
    return profile;
  }

  static String stripSlash(String url) {
    String stripped = url;
    while (stripped.endsWith("/")) {
      stripped = stripped.substring(0, stripped.length() - 1);
    }
    return stripped;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank() ? node.textValue() : null;
  }
}
