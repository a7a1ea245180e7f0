package io.omnigraph.cluster;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the graphs of a cluster lie, for maintenance of their storage. Asks the ledger for their
 * names and nothing else: a cluster that cannot be served at the moment can still be maintained.
 */
public final class ClusterGraphs {

  private static final String GRAPH = "graph.";

  private ClusterGraphs() {}

  /**
   * The root of every graph that was applied, by its id.
   *
   * @param cluster a directory (with or without {@code cluster.yaml}), or a storage root with a
   *     scheme
   * @param environment storage settings, named like the environment variables
   * @throws ClusterBootException if there is no cluster, or its ledger cannot be read
   */
  public static SortedMap<String, String> roots(String cluster, Map<String, String> environment) {
    return AppliedCluster.reading(
        cluster,
        environment,
        root -> {
          SortedMap<String, String> roots = new TreeMap<>();
          for (String address :
              AppliedCluster.ledger(root).appliedRevision().resources().keySet()) {
            if (address.startsWith(GRAPH)) {
              String id = address.substring(GRAPH.length());
              roots.put(id, root.graphUri(id));
            }
          }
          return roots;
        });
  }
}
