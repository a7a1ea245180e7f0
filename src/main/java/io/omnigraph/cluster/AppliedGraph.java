package io.omnigraph.cluster;

import java.util.List;

/**
 * One graph as the ledger records it, with its verified stored queries.
 *
 * @param uri the root to open
 */
public record AppliedGraph(String id, String uri, List<Query> queries) {

  public AppliedGraph {
    queries = List.copyOf(queries);
  }

  /** One stored query and the whole file that declares it. */
  public record Query(String name, String source) {}
}
