package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;

/**
 * Settles what an earlier run of `apply` left: each sidecar names a graph that was moved without
 * the ledger being told. What cannot be settled blocks its graph.
 */
final class EarlierRuns {

  private final Cluster.Session session;
  private final Findings findings;
  private final LedgerDraft draft;

  EarlierRuns(Cluster.Session session, LedgerDraft draft) {
    this.session = session;
    this.findings = session.findings();
    this.draft = draft;
  }

  void settle() {
    for (ClusterRoot.Sidecar sidecar : session.root().readSidecars()) {
      if (sidecar.kind().equals(GraphMove.CREATE.sidecarKind())) {
        settleCreate(sidecar);
      } else if (sidecar.kind().equals(GraphMove.CHANGE_SCHEMA.sidecarKind())) {
        settleSchema(sidecar);
      } else {
        draft.blockedGraphs.add(sidecar.graph());
        findings.error(
            "cluster_recovery_pending",
            sidecar.key(),
            "an unfinished " + sidecar.kind() + " cannot be settled by this build");
      }
    }
  }

  private void settleCreate(ClusterRoot.Sidecar sidecar) {
    String graph = sidecar.graph();
    if (!session.root().hasGraph(graph)) {
      session.root().deleteSidecar(sidecar);
      return;
    }
    String desired = sidecar.json().path("desired_schema_digest").asText();
    String live;
    try {
      live = session.liveSchemaDigest(graph);
    } catch (NotFoundException e) {
      draft.abandoned.add(graph);
      draft.finished.add(sidecar);
      return;
    } catch (GraphException e) {
      draft.blockedGraphs.add(graph);
      findings.error(
          "graph_create_incomplete",
          sidecar.key(),
          "the graph that an earlier run began to create cannot be opened: " + e.getMessage());
      return;
    }
    if (!live.equals(desired)) {
      draft.blockedGraphs.add(graph);
      draft.statuses.put(
          DesiredState.graphAddress(graph),
          Ledger.Status.drifted(
              "actual_applied_state_pending", "the graph has another schema than was created"));
      findings.error(
          "cluster_recovery_pending",
          sidecar.key(),
          "graph '" + graph + "' has another schema than the run that created it asked for");
      return;
    }
    rollForward(sidecar, live, "created the graph");
  }

  /** The engine has settled its own side: the schema is the one before or the one after. */
  private void settleSchema(ClusterRoot.Sidecar sidecar) {
    String graph = sidecar.graph();
    String address = DesiredState.schemaAddress(graph);
    Ledger.Resource recorded = draft.resources.get(address);
    String live;
    try {
      live = session.liveSchemaDigest(graph);
    } catch (GraphException e) {
      draft.blockedGraphs.add(graph);
      findings.error(
          "cluster_recovery_pending",
          sidecar.key(),
          "the graph whose schema an earlier run began to change cannot be opened: "
              + e.getMessage());
      return;
    }
    if (recorded != null && live.equals(recorded.digest())) {
      session.root().deleteSidecar(sidecar);
    } else if (live.equals(sidecar.json().path("desired_schema_digest").asText())) {
      rollForward(sidecar, live, "changed the schema of the graph");
    } else {
      draft.blockedGraphs.add(graph);
      draft.statuses.put(
          address,
          Ledger.Status.drifted(
              "actual_applied_state_pending",
              "the graph has neither the recorded schema nor the one that was to be applied"));
      findings.error(
          "cluster_recovery_pending",
          sidecar.key(),
          "graph '" + graph + "' has another schema than the run that changed it asked for");
    }
  }

  private void rollForward(ClusterRoot.Sidecar sidecar, String live, String what) {
    String graph = sidecar.graph();
    draft.resources.put(DesiredState.schemaAddress(graph), Ledger.Resource.of(live));
    draft.resources.put(
        DesiredState.graphAddress(graph), Ledger.Resource.ofGraph(graph, live, draft.resources));
    ObjectNode record = ClusterJson.MAPPER.createObjectNode();
    record.put("kind", sidecar.kind());
    record.put("graph_id", graph);
    record.put("outcome", "rolled_forward");
    record.put("recovered_at", session.now());
    record.put("actor", session.actor());
    draft.recoveryRecords.put(sidecar.json().path("operation_id").asText(), record);
    draft.finished.add(sidecar);
    findings.warning(
        "cluster_recovery_rolled_forward",
        DesiredState.graphAddress(graph),
        "an earlier run " + what + " but did not record it; recorded now");
  }
}
