package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates graphs and changes schemas, one graph after the other, each under a sidecar, so that a
 * run that dies leaves a trace. After the first failure the rest is left as it is.
 */
final class GraphMoves {

  private static final Set<String> DEPENDENT_KINDS = Set.of("graph", "schema", "query");

  private final Cluster.Session session;
  private final Findings findings;
  private final LedgerDraft draft;

  GraphMoves(Cluster.Session session, LedgerDraft draft) {
    this.session = session;
    this.findings = session.findings();
    this.draft = draft;
  }

  /**
   * Does what the changes ask for.
   *
   * @return the changes, those blocked that a failure stands in the way of
   */
  List<Change> run(GraphMove move, List<Change> changes) {
    boolean stopped =
        changes.stream().anyMatch(change -> GraphMove.CREATE.failed().equals(change.reason()));
    var failed = new HashSet<String>();
    for (DesiredState.Graph graph : session.desired().graphs()) {
      if (changes.stream().noneMatch(change -> move.asked(change, graph.id()))) {
        continue;
      }
      if (stopped || !failed.isEmpty()) {
        failed.add(graph.id());
        findings.warning(
            move.skipped(), move.address(graph.id()), "not tried, because another graph failed");
      } else if (!run(move, graph)) {
        failed.add(graph.id());
      }
    }
    return changes.stream().map(change -> blockedBy(failed, move, change)).toList();
  }

  private static Change blockedBy(Set<String> failedGraphs, GraphMove move, Change change) {
    if (!DEPENDENT_KINDS.contains(change.kind()) || !failedGraphs.contains(change.graph())) {
      return change;
    }
    return change.with(
        Change.Disposition.BLOCKED, move.moves(change) ? move.failed() : Differ.DEPENDENCY);
  }

  private boolean run(GraphMove move, DesiredState.Graph graph) {
    return switch (move) {
      case CREATE -> create(graph);
      case CHANGE_SCHEMA -> changeSchema(graph);
    };
  }

  private boolean create(DesiredState.Graph graph) {
    try {
      requireUnchanged(graph);
      ClusterRoot.Sidecar sidecar = writeSidecar(graph, GraphMove.CREATE, null);
      try (OmniGraph created =
          OmniGraph.init(
              session.root().graphUri(graph.id()),
              graph.schemaSource(),
              draft.abandoned.contains(graph.id()),
              session.context().openOptions(OpenOptions.readWrite()))) {
        created.snapshot(ReadTarget.MAIN);
      }
      draft.finished.add(sidecar);
      return true;
    } catch (GraphException | ClusterFailure e) {
      findings.error(
          GraphMove.CREATE.failed(),
          GraphMove.CREATE.address(graph.id()),
          "cannot create the graph: " + e.getMessage());
      return false;
    }
  }

  /** What is dropped stays readable at old commits: a cluster never loses data by itself. */
  private boolean changeSchema(DesiredState.Graph graph) {
    try (OmniGraph open =
        OmniGraph.open(
            session.root().graphUri(graph.id()),
            session.context().openOptions(OpenOptions.readWrite()))) {
      requireUnchanged(graph);
      open.previewSchema(graph.schemaSource(), false);
      ClusterRoot.Sidecar sidecar =
          writeSidecar(
              graph, GraphMove.CHANGE_SCHEMA, open.snapshot(ReadTarget.MAIN).manifestVersion());
      open.applySchema(graph.schemaSource(), false, WriteOptions.by(session.context().actor()));
      draft.finished.add(sidecar);
      return true;
    } catch (GraphException | ClusterFailure e) {
      findings.error(
          GraphMove.CHANGE_SCHEMA.failed(),
          GraphMove.CHANGE_SCHEMA.address(graph.id()),
          "cannot change the schema: " + e.getMessage());
      return false;
    }
  }

  private void requireUnchanged(DesiredState.Graph graph) {
    try {
      byte[] now = Files.readAllBytes(session.context().directory().resolve(graph.schemaPath()));
      if (!Digests.of(now).equals(graph.schemaDigest())) {
        throw new ClusterFailure(
            "resource_content_changed",
            graph.schemaPath(),
            "the schema file changed while the command ran; run it again");
      }
    } catch (IOException e) {
      throw new ClusterFailure(
          "schema_file_missing", graph.schemaPath(), String.valueOf(e.getMessage()), e);
    }
  }

  private ClusterRoot.Sidecar writeSidecar(
      DesiredState.Graph graph, GraphMove move, @Nullable Long manifestVersion) {
    String id = session.context().ids().nextUlid();
    ObjectNode json = ClusterJson.MAPPER.createObjectNode();
    json.put("schema_version", 1);
    json.put("operation_id", id);
    json.put("started_at", session.now());
    json.put("actor", session.actor());
    json.put("kind", move.sidecarKind());
    json.put("graph_id", graph.id());
    json.put("graph_uri", session.root().graphUri(graph.id()));
    json.put("observed_manifest_version", manifestVersion);
    json.putNull("expected_manifest_version");
    json.put("desired_schema_digest", graph.schemaDigest());
    ClusterRoot.StoredLedger ledger = session.ledger();
    json.put("state_cas_base", ledger == null ? null : ledger.token());
    json.putNull("approval_id");
    return session.root().writeSidecar(id, graph.id(), move.sidecarKind(), json);
  }
}
