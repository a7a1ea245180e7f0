package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A parsed {@code cluster.yaml}.
 *
 * @param name the label; null if none
 * @param storage the storage root; null for the configuration directory itself
 * @param lock whether commands take the state lock
 * @param parsed the whole document, for its digest
 */
record ClusterConfig(
    @Nullable String name,
    @Nullable String storage,
    boolean lock,
    SortedMap<String, Graph> graphs,
    JsonNode parsed) {

  /** One declared graph; paths are relative to the configuration directory. */
  record Graph(String id, String schema, Queries queries) {}

  /** Where the stored queries of a graph are. */
  sealed interface Queries {

    /** Directories and files; every declaration in them counts. */
    record Discovered(List<String> paths) implements Queries {}

    /** Files by query name. */
    record Named(SortedMap<String, String> files) implements Queries {}
  }
}
