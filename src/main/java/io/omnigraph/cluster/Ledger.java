package io.omnigraph.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was applied to a cluster: {@code __cluster/state.json}. Immutable.
 *
 * @param stateRevision counts the writes of the ledger, from 1
 * @param approvalRecords kept as found
 */
record Ledger(
    int version,
    long stateRevision,
    AppliedRevision appliedRevision,
    SortedMap<String, Status> resourceStatuses,
    SortedMap<String, JsonNode> approvalRecords,
    SortedMap<String, JsonNode> recoveryRecords,
    SortedMap<String, JsonNode> observations) {

  static final int VERSION = 1;

  Ledger {
    resourceStatuses = sorted(resourceStatuses);
    approvalRecords = sorted(approvalRecords);
    recoveryRecords = sorted(recoveryRecords);
    observations = sorted(observations);
  }

  /**
   * The applied resources.
   *
   * @param configDigest set only if everything declared was applied
   */
  record AppliedRevision(@Nullable String configDigest, SortedMap<String, Resource> resources) {
    AppliedRevision {
      resources = sorted(resources);
    }
  }

  /** One applied resource; the optional fields belong to kinds that are kept as found. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Resource(
      String digest,
      @Nullable JsonNode appliesTo,
      @Nullable String embeddingProvider,
      @Nullable JsonNode embeddingProfile) {

    static Resource of(String digest) {
      return new Resource(digest, null, null, null);
    }

    /**
     * A graph as the composite of its schema and its queries.
     *
     * @param resources where the queries are looked up
     */
    static Resource ofGraph(
        String graph, String schemaDigest, SortedMap<String, Resource> resources) {
      return of(Digests.graph(graph, schemaDigest, queryDigests(resources, graph)));
    }
  }

  /** How a resource stands: {@code applied}, {@code drifted}, {@code pending}, ... */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Status(String status, java.util.List<String> conditions, @Nullable String message) {

    Status {
      conditions = conditions == null ? java.util.List.of() : java.util.List.copyOf(conditions);
    }

    static Status applied() {
      return new Status("applied", java.util.List.of(), null);
    }

    static Status drifted(String condition, String message) {
      return new Status("drifted", java.util.List.of(condition), message);
    }
  }

  /** The applied query digests of a graph by name. */
  static SortedMap<String, String> queryDigests(
      SortedMap<String, Resource> resources, String graph) {
    String prefix = "query." + graph + ".";
    var digests = new TreeMap<String, String>();
    resources.forEach(
        (address, resource) -> {
          if (address.startsWith(prefix)) {
            digests.put(address.substring(prefix.length()), resource.digest());
          }
        });
    return digests;
  }

  static Ledger empty() {
    return new Ledger(
        VERSION,
        0,
        new AppliedRevision(null, new TreeMap<>()),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }

  private static <V> SortedMap<String, V> sorted(@Nullable Map<String, V> map) {
    return map == null ? new TreeMap<>() : new TreeMap<>(map);
  }
}
