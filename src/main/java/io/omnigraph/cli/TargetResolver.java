package io.omnigraph.cli;

import io.omnigraph.api.GraphListResponse;
import io.omnigraph.cluster.ClusterBootException;
import io.omnigraph.cluster.ClusterGraphs;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out what a data command addresses: from its arguments, the profile, or the defaults. */
final class TargetResolver {

  private final CommandContext context;

  TargetResolver(CommandContext context) {
    this.context = context;
  }

  /**
   * The target of a data command.
   *
   * @param positional the URI given as an argument; null if none
   * @throws CliException if nothing, or more than one thing, is addressed
   */
  Target data(@Nullable String positional) {
    Globals globals = context.globals();
    long given =
        Stream.of(positional, globals.store, globals.server, globals.cluster)
            .filter(Objects::nonNull)
            .count();
    if (given > 1) {
      throw CliException.usage(
          "a URI, --store, --server and --cluster are mutually exclusive — pick one way to address"
              + " the graph");
    }
    if (globals.cluster != null) {
      throw CliException.usage(
          "--cluster addresses a cluster, not a graph: use --server, or --store with the graph's"
              + " root below the cluster");
    }
    if (positional != null) {
      return store(positional);
    }
    if (globals.store != null) {
      return store(globals.store);
    }
    if (globals.server != null) {
      return served(globals.server, globals.graph);
    }
    String profile =
        globals.profile != null
            ? globals.profile
            : context.terminal().environment().get("OMNIGRAPH_PROFILE");
    if (profile != null && !profile.isBlank()) {
      return ofProfile(profile);
    }
    OperatorConfig config = context.config();
    if (config.defaultServer() != null) {
      return served(
          config.defaultServer(), globals.graph != null ? globals.graph : config.defaultGraph());
    }
    if (config.defaultStore() != null) {
      return store(config.defaultStore());
    }
    throw CliException.usage(
        "no graph addressed — pass --store URI, or --server NAME|URL with --graph ID");
  }

  /**
   * The storage that a maintenance command works on: a URI, {@code --store}, or {@code --cluster}
   * with {@code --graph}, which may be left out where the cluster has one graph only.
   *
   * @throws CliException if nothing, or more than one thing, is addressed
   */
  Target.Store maintained(String command, @Nullable String positional) {
    Globals globals = context.globals();
    String cluster = globals.cluster;
    if (cluster == null) {
      if (data(positional) instanceof Target.Store store) {
        return store;
      }
      throw CliException.usage("`" + command + "` works on storage: pass a storage URI");
    }
    if (positional != null || globals.store != null) {
      throw CliException.usage(
          "a URI, --store and --cluster are mutually exclusive — pick one way to address the"
              + " graph");
    }
    String place = cluster.contains("://") ? cluster : context.path(cluster).normalize().toString();
    SortedMap<String, String> roots;
    try {
      roots = ClusterGraphs.roots(place, context.terminal().environment());
    } catch (ClusterBootException e) {
      throw new CliException(e.getMessage());
    }
    return new Target.Store(chosen(place, globals.graph, roots));
  }

  private static String chosen(
      String cluster, @Nullable String graph, SortedMap<String, String> roots) {
    String known = String.join(", ", roots.keySet());
    if (graph != null) {
      String root = roots.get(graph);
      if (root == null) {
        throw new CliException(
            "cluster '"
                + cluster
                + "' has no graph '"
                + graph
                + "'"
                + (roots.isEmpty() ? "" : "; it has: " + known));
      }
      return root;
    }
    if (roots.isEmpty()) {
      throw new CliException("cluster '" + cluster + "' has no graph applied");
    }
    if (roots.size() > 1) {
      throw CliException.usage(
          "the cluster has several graphs; pass --graph with one of: " + known);
    }
    return roots.values().iterator().next();
  }

  /** The server itself, for commands that concern all its graphs. */
  Target.Served server() {
    Globals globals = context.globals();
    if (globals.server != null) {
      return new Target.Served(url(globals.server), null);
    }
    String profile =
        globals.profile != null
            ? globals.profile
            : context.terminal().environment().get("OMNIGRAPH_PROFILE");
    if (profile != null && !profile.isBlank()) {
      OperatorConfig.Profile found = context.config().profile(profile);
      if (found.server() != null) {
        return new Target.Served(url(found.server()), null);
      }
    }
    String server = context.config().defaultServer();
    if (server != null) {
      return new Target.Served(url(server), null);
    }
    throw CliException.usage("no server addressed — pass --server NAME|URL");
  }

  private Target ofProfile(String name) {
    OperatorConfig.Profile profile = context.config().profile(name);
    String graph = context.globals().graph;
    if (profile.server() != null) {
      return served(profile.server(), graph != null ? graph : profile.defaultGraph());
    }
    if (profile.store() != null) {
      return store(profile.store());
    }
    throw new CliException(
        "profile '" + name + "' addresses a cluster, which data commands cannot use");
  }

  private Target.Store store(String uri) {
    if (uri.isBlank()) {
      throw CliException.usage("no graph addressed — the URI is empty");
    }
    if (uri.startsWith("http://") || uri.startsWith("https://")) {
      throw CliException.usage(
          "a served graph must be addressed with --server <url> --graph <id>, not with the URI '"
              + uri
              + "'");
    }
    if (context.globals().graph != null) {
      throw CliException.usage("--graph does not apply: '" + uri + "' is already a single graph");
    }
    return new Target.Store(uri.contains("://") ? uri : context.path(uri).normalize().toString());
  }

  private Target.Served served(String server, @Nullable String graph) {
    String url = url(server);
    if (graph != null || url.contains("/graphs/")) {
      return new Target.Served(url, graph);
    }
    List<String> graphs = probe(url);
    if (!graphs.isEmpty()) {
      throw CliException.usage(
          "the server serves several graphs; pass --graph with one of: "
              + String.join(", ", graphs));
    }
    throw CliException.usage("pass --graph with the id of a graph of " + url);
  }

  /** The graph ids of a server that is willing to tell. */
  private List<String> probe(String url) {
    try {
      return new RemoteGraphClient(new Target.Served(url, null), context)
          .graphs().graphs().stream().map(GraphListResponse.GraphInfo::graphId).toList();
    } catch (CliException e) {
      return List.of();
    }
  }

  private String url(String server) {
    return OperatorConfig.stripSlash(
        server.contains("://") ? server : context.config().serverUrl(server));
  }
}
