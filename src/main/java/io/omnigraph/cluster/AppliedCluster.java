package io.omnigraph.cluster;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * What a server boots from: the ledger and its verified payloads. Needs no configuration file when
 * given a storage root.
 *
 * @param graphs the graphs that may be served
 * @param quarantined why others may not, one line each
 */
public record AppliedCluster(List<AppliedGraph> graphs, List<String> quarantined) {

  public AppliedCluster {
    graphs = List.copyOf(graphs);
    quarantined = List.copyOf(quarantined);
  }

  /**
   * Reads a cluster without taking its lock.
   *
   * @param cluster a directory (with or without {@code cluster.yaml}), or a storage root with a
   *     scheme
   * @param environment storage settings, named like the environment variables
   * @throws ClusterBootException if the cluster as a whole cannot be served
   */
  public static AppliedCluster read(String cluster, Map<String, String> environment) {
    return reading(
        cluster,
        environment,
        root -> {
          Set<String> pending = new HashSet<>();
          root.readSidecars().forEach(sidecar -> pending.add(sidecar.graph()));
          return verified(cluster, root, ledger(root), pending, new Findings());
        });
  }

  /**
   * Reads something of a cluster.
   *
   * @throws ClusterBootException for whatever goes wrong
   */
  static <T> T reading(
      String cluster, Map<String, String> environment, Function<ClusterRoot, T> read) {
    try (ClusterRoot root = open(cluster, StorageOptions.fromEnvironment(environment))) {
      return read.apply(root);
    } catch (ClusterFailure e) {
      throw new ClusterBootException(cluster, List.of(e.diagnostic()));
    } catch (GraphException e) {
      throw new ClusterBootException(
          cluster,
          List.of(ClusterDiagnostic.error("cluster_storage_error", cluster, e.getMessage())));
    }
  }

  /** What was applied; without it there is nothing to serve or to look up. */
  static Ledger ledger(ClusterRoot root) {
    return root.readLedger()
        .orElseThrow(
            () ->
                new ClusterFailure(
                    "cluster_state_missing",
                    ClusterRoot.STATE,
                    "there is no ledger; run `omnigraph cluster import` and `omnigraph"
                        + " cluster apply`"))
        .ledger();
  }

  static ClusterRoot open(String cluster, StorageOptions options) {
    if (cluster.contains("://")) {
      return ClusterRoot.open(GraphUri.parse(cluster), options);
    }
    Path directory = Path.of(cluster);
    if (!Files.isDirectory(directory)) {
      throw new ClusterFailure("config_dir_not_found", cluster, "the directory does not exist");
    }
    if (!Files.exists(directory.resolve(ClusterYaml.FILE))) {
      return ClusterRoot.open(GraphUri.local(directory), options);
    }
    var findings = new Findings();
    ClusterConfig config = ClusterYaml.read(directory, findings);
    if (config == null) {
      ClusterDiagnostic first = findings.all().getFirst();
      throw new ClusterFailure(first.code(), first.path(), first.message());
    }
    return ClusterRoot.open(directory, config.storage(), options);
  }

  private static AppliedCluster verified(
      String cluster, ClusterRoot root, Ledger ledger, Set<String> pending, Findings problems) {
    SortedMap<String, Ledger.Resource> resources = ledger.appliedRevision().resources();
    var graphs = new ArrayList<AppliedGraph>();
    var quarantined = new ArrayList<String>();
    for (String address : resources.keySet()) {
      if (address.startsWith("policy.") || address.startsWith("provider.")) {
        problems.error(
            "not_supported_yet",
            address,
            "the cluster has policies or embedding providers applied, which this server does not"
                + " support yet");
      }
      if (address.startsWith("graph.")) {
        String id = address.substring("graph.".length());
        if (pending.contains(id)) {
          quarantined.add(
              "graph '"
                  + id
                  + "': [cluster_recovery_pending] an unfinished cluster command; run `omnigraph"
                  + " cluster apply`");
        } else {
          graphs.add(
              new AppliedGraph(id, root.graphUri(id), queries(root, resources, id, problems)));
        }
      }
    }
    if (problems.hasErrors()) {
      throw new ClusterBootException(cluster, problems.all());
    }
    if (graphs.isEmpty() && quarantined.isEmpty()) {
      throw new ClusterFailure(
          "cluster_empty",
          ClusterRoot.STATE,
          "no graph has been applied; declare one in cluster.yaml and run `omnigraph cluster"
              + " apply`");
    }
    return new AppliedCluster(graphs, quarantined);
  }

  private static List<AppliedGraph.Query> queries(
      ClusterRoot root,
      SortedMap<String, Ledger.Resource> resources,
      String graph,
      Findings problems) {
    var queries = new ArrayList<AppliedGraph.Query>();
    Ledger.queryDigests(resources, graph)
        .forEach(
            (name, digest) -> {
              String key = ClusterRoot.queryKey(graph, name, digest);
              var payload = root.readPayload(key);
              if (payload.isEmpty()) {
                problems.error(
                    "catalog_payload_missing",
                    key,
                    "the stored text of query '"
                        + name
                        + "' is gone; run `cluster refresh`, then `cluster apply`");
              } else if (!Digests.of(payload.get()).equals(digest)) {
                problems.error(
                    "catalog_payload_digest_mismatch",
                    key,
                    "the stored text of query '"
                        + name
                        + "' was changed; run `cluster refresh`, then `cluster apply`");
              } else {
                queries.add(
                    new AppliedGraph.Query(
                        name, new String(payload.get(), StandardCharsets.UTF_8)));
              }
            });
    return queries;
  }
}
