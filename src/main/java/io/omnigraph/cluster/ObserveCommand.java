package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Import and refresh: look at what stands in storage and write it into the ledger. */
final class ObserveCommand {

  private final Cluster.Session session;
  private final SortedMap<String, Ledger.Resource> resources = new TreeMap<>();
  private final SortedMap<String, Ledger.Status> statuses = new TreeMap<>();
  private final SortedMap<String, JsonNode> observations = new TreeMap<>();

  ObserveCommand(Cluster.Session session) {
    this.session = session;
  }

  ClusterReport importState() {
    if (session.ledger() != null) {
      throw new ClusterFailure(
          "state_already_exists",
          ClusterRoot.STATE,
          "the cluster has a ledger already; use `cluster apply`, or `cluster refresh` to look at"
              + " the graphs again");
    }
    observe();
    if (session.findings().hasErrors()) {
      // A first ledger that is partly guessed would be believed from then on.
      return report("import", null);
    }
    return report("import", session.root().writeLedger(ledger(Ledger.empty()), null));
  }

  ClusterReport refresh() {
    ClusterRoot.StoredLedger stored = session.ledger();
    if (stored == null) {
      throw new ClusterFailure(
          "state_missing", ClusterRoot.STATE, "there is no ledger; run `cluster import` first");
    }
    resources.putAll(stored.ledger().appliedRevision().resources());
    statuses.putAll(stored.ledger().resourceStatuses());
    observations.putAll(stored.ledger().observations());
    verifyPayloads();
    observe();
    return report("refresh", session.root().writeLedger(ledger(stored.ledger()), stored));
  }

  private Ledger ledger(Ledger before) {
    return new Ledger(
        Ledger.VERSION,
        before.stateRevision() + 1,
        new Ledger.AppliedRevision(before.appliedRevision().configDigest(), resources),
        statuses,
        before.approvalRecords(),
        before.recoveryRecords(),
        observations);
  }

  private void verifyPayloads() {
    for (var resource : new TreeMap<>(resources).entrySet()) {
      String address = resource.getKey();
      String[] parts = address.split("\\.", 3);
      if (!parts[0].equals("query")) {
        continue;
      }
      String digest = resource.getValue().digest();
      String key = ClusterRoot.queryKey(parts[1], parts[2], digest);
      var payload = session.root().readPayload(key);
      String problem =
          payload.isEmpty()
              ? "catalog_payload_missing"
              : Digests.of(payload.get()).equals(digest) ? "" : "catalog_payload_mismatch";
      if (!problem.isEmpty()) {
        resources.remove(address);
        String message = "the stored text of the query is gone or changed; apply writes it again";
        statuses.put(address, Ledger.Status.drifted(problem, message));
        session.findings().warning(problem, key, message);
      }
    }
  }

  private void observe() {
    for (DesiredState.Graph graph : session.desired().graphs()) {
      ObjectNode observation = ClusterJson.MAPPER.createObjectNode();
      String address = DesiredState.graphAddress(graph.id());
      String uri = session.root().graphUri(graph.id());
      observation.put("kind", "graph");
      observation.put("address", address);
      observation.put("graph_uri", uri);
      observation.put("observed_at", session.now());
      observation.put("desired_schema_digest", graph.schemaDigest());
      boolean exists = session.root().hasGraph(graph.id());
      observation.put("exists", exists);
      if (exists) {
        observe(graph, uri, observation);
      } else {
        forget(graph.id(), "graph_missing", "no graph stands at " + uri);
      }
      observations.put(address, observation);
    }
  }

  private void observe(DesiredState.Graph graph, String uri, ObjectNode observation) {
    String address = DesiredState.graphAddress(graph.id());
    try (OmniGraph open =
        OmniGraph.open(uri, session.context().openOptions(OpenOptions.readOnly()))) {
      String digest = Digests.of(open.schemaSource().getBytes(StandardCharsets.UTF_8));
      observation.put("manifest_version", open.snapshot(ReadTarget.MAIN).manifestVersion());
      observation.put("schema_digest", digest);
      boolean matches = digest.equals(graph.schemaDigest());
      observation.put("schema_matches_desired", matches);
      String schema = DesiredState.schemaAddress(graph.id());
      resources.put(schema, Ledger.Resource.of(digest));
      resources.put(address, Ledger.Resource.ofGraph(graph.id(), digest, resources));
      statuses.put(address, Ledger.Status.applied());
      statuses.put(
          schema,
          matches
              ? Ledger.Status.applied()
              : Ledger.Status.drifted(
                  "schema_mismatch", "the graph has another schema than declared"));
    } catch (GraphException e) {
      observation.put("error", e.getMessage());
      session
          .findings()
          .error("graph_observation_error", address, "cannot open the graph: " + e.getMessage());
      statuses.put(address, new Ledger.Status("error", List.of("open_failed"), e.getMessage()));
    }
  }

  private void forget(String graph, String condition, String message) {
    String address = DesiredState.graphAddress(graph);
    String schema = DesiredState.schemaAddress(graph);
    if (resources.remove(address) != null | resources.remove(schema) != null) {
      statuses.put(address, Ledger.Status.drifted(condition, message));
      statuses.put(schema, Ledger.Status.drifted(condition, message));
    }
  }

  private ClusterReport report(String operation, ClusterRoot.@Nullable StoredLedger written) {
    ObjectNode json = ClusterJson.MAPPER.createObjectNode();
    json.put("operation", operation);
    json.setAll(Reports.body(session.context()));
    session.putStateObservations(json, written);
    var digests = new TreeMap<String, String>();
    resources.forEach((address, resource) -> digests.put(address, resource.digest()));
    Reports.putDigests(json, digests);
    Reports.putStatuses(json, statuses);
    json.set("observations", ClusterJson.MAPPER.valueToTree(observations));
    var lines = new ArrayList<String>();
    lines.add(
        written == null
            ? "cluster " + operation + ": nothing was written"
            : "cluster "
                + operation
                + ": revision "
                + written.ledger().stateRevision()
                + ", "
                + digests.size()
                + " resource(s) found");
    return Reports.report(json, lines, session.findings());
  }
}
