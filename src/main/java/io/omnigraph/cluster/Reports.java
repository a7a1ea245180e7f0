package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Builds the documented JSON objects of the commands. */
final class Reports {

  private Reports() {}

  static ClusterReport report(ObjectNode body, List<String> lines, Findings findings) {
    ObjectNode json = ClusterJson.MAPPER.createObjectNode();
    json.put("ok", !findings.hasErrors());
    json.setAll(body);
    json.set("diagnostics", ClusterJson.MAPPER.valueToTree(findings.all()));
    return new ClusterReport(!findings.hasErrors(), json, lines, findings.all());
  }

  static ObjectNode body(ClusterContext context) {
    return ClusterJson.MAPPER.createObjectNode().put("config_dir", context.directory().toString());
  }

  static void putDigests(ObjectNode json, SortedMap<String, String> digests) {
    ObjectNode node = json.putObject("resource_digests");
    digests.forEach(node::put);
  }

  static void putResources(ObjectNode json, @Nullable DesiredState desired) {
    ArrayNode resources = json.putArray("resources");
    if (desired == null) {
      return;
    }
    for (DesiredState.Resource resource : desired.resources().values()) {
      resources
          .addObject()
          .put("address", resource.address())
          .put("kind", resource.kind())
          .put("digest", resource.digest())
          .put("path", resource.path());
    }
  }

  static void putDependencies(ObjectNode json, @Nullable DesiredState desired) {
    ArrayNode dependencies = json.putArray("dependencies");
    if (desired == null) {
      return;
    }
    for (DesiredState.Graph graph : desired.graphs()) {
      String graphAddress = DesiredState.graphAddress(graph.id());
      String schemaAddress = DesiredState.schemaAddress(graph.id());
      edge(dependencies, schemaAddress, graphAddress);
      for (DesiredState.Query query : graph.queries()) {
        String address = DesiredState.queryAddress(graph.id(), query.name());
        edge(dependencies, address, graphAddress);
        edge(dependencies, address, schemaAddress);
      }
    }
  }

  private static void edge(ArrayNode dependencies, String from, String to) {
    dependencies.addObject().put("from", from).put("to", to);
  }

  static void putChanges(ObjectNode json, List<Change> changes) {
    ArrayNode array = json.putArray("changes");
    for (Change change : changes) {
      ObjectNode node = array.addObject();
      node.put("resource", change.address());
      node.put("operation", change.operation().word());
      putIfPresent(node, "before_digest", change.before());
      putIfPresent(node, "after_digest", change.after());
      node.put("disposition", change.disposition().word());
      putIfPresent(node, "reason", change.reason());
    }
  }

  static void putStatuses(ObjectNode json, Map<String, Ledger.Status> statuses) {
    json.set("resource_statuses", ClusterJson.MAPPER.valueToTree(statuses));
  }

  /** What is known of the ledger and its lock. */
  static void putStateObservations(
      ObjectNode json,
      ClusterRoot.@Nullable StoredLedger stored,
      ClusterRoot.@Nullable LockInfo lock,
      @Nullable String acquiredLockId,
      Instant now) {
    ObjectNode node = json.putObject("state_observations");
    node.put("state_path", ClusterRoot.STATE);
    node.put("lock_path", ClusterRoot.LOCK);
    node.put("state_found", stored != null);
    if (stored != null) {
      Ledger ledger = stored.ledger();
      putIfPresent(node, "applied_config_digest", ledger.appliedRevision().configDigest());
      node.put("state_revision", ledger.stateRevision());
      node.put("state_cas", stored.token());
      node.put("resource_count", ledger.appliedRevision().resources().size());
    } else {
      node.put("resource_count", 0);
    }
    node.put("locked", lock != null);
    if (lock != null) {
      node.put("lock_id", lock.lockId());
    }
    node.put("lock_acquired", acquiredLockId != null);
    putIfPresent(node, "acquired_lock_id", acquiredLockId);
    if (lock != null) {
      node.put("lock_operation", lock.operation());
      node.put("lock_created_at", lock.createdAt());
      node.put("lock_pid", lock.pid());
      try {
        node.put(
            "lock_age_seconds",
            Math.max(0, Duration.between(Instant.parse(lock.createdAt()), now).toSeconds()));
      } catch (DateTimeParseException e) {
        // A lock without a readable time has no age.
      }
    }
  }

  static void putIfPresent(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }
}
