package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converges: settles what an earlier run left, creates graphs, changes schemas, writes query
 * payloads, then the ledger. Each graph is moved under a sidecar, so that a run that dies leaves a
 * trace.
 */
final class ApplyCommand {

  private static final String GRAPH_CREATE = "graph_create";
  private static final String SCHEMA_APPLY = "schema_apply";

  private final Cluster.Session session;
  private final Findings findings;
  private final SortedMap<String, Ledger.Resource> resources = new TreeMap<>();
  private final SortedMap<String, Ledger.Status> statuses = new TreeMap<>();
  private final SortedMap<String, JsonNode> recoveryRecords = new TreeMap<>();
  private final List<ClusterRoot.Sidecar> finished = new ArrayList<>();
  private final Set<String> blockedGraphs = new HashSet<>();

  /** Graphs whose creation was cut short before anything was in them. */
  private final Set<String> abandoned = new HashSet<>();

  ApplyCommand(Cluster.Session session) {
    this.session = session;
    this.findings = session.findings();
  }

  ClusterReport run() {
    ClusterRoot.StoredLedger stored = session.ledger();
    if (stored == null) {
      throw new ClusterFailure(
          "state_missing", ClusterRoot.STATE, "there is no ledger; run `cluster import` first");
    }
    Ledger before = stored.ledger();
    resources.putAll(before.appliedRevision().resources());
    statuses.putAll(before.resourceStatuses());
    recoveryRecords.putAll(before.recoveryRecords());
    settleEarlierRuns();

    List<Change> changes = Differ.diff(session.desired(), resources, blockedGraphs);
    warnAbout(changes);
    changes = createGraphs(changes);
    changes = changeSchemas(changes);
    writePayloads(changes);
    SortedMap<String, Ledger.Resource> after = withComposites(Differ.after(resources, changes));
    boolean converged = Differ.diff(session.desired(), after, blockedGraphs).isEmpty();
    String configDigest =
        converged ? session.desired().configDigest() : before.appliedRevision().configDigest();
    for (Change change : changes) {
      record(change);
    }
    var ledger =
        new Ledger(
            Ledger.VERSION,
            before.stateRevision() + 1,
            new Ledger.AppliedRevision(configDigest, after),
            statuses,
            before.approvalRecords(),
            recoveryRecords,
            before.observations());
    boolean write = differs(before, ledger);
    ClusterRoot.StoredLedger written = write ? session.root().writeLedger(ledger, stored) : stored;
    finished.forEach(session.root()::deleteSidecar);
    return report(changes, converged, write, written);
  }

  private static boolean differs(Ledger before, Ledger after) {
    return !(before.appliedRevision().equals(after.appliedRevision())
        && before.resourceStatuses().equals(after.resourceStatuses())
        && before.recoveryRecords().equals(after.recoveryRecords()));
  }

  private void record(Change change) {
    switch (change.disposition()) {
      case APPLIED, DERIVED -> {
        if (change.after() == null) {
          statuses.remove(change.address());
        } else {
          statuses.put(change.address(), Ledger.Status.applied());
        }
      }
      case DEFERRED -> statuses.put(change.address(), status("pending", change.reason()));
      case BLOCKED -> statuses.put(change.address(), status("blocked", change.reason()));
    }
  }

  private static Ledger.Status status(String word, @Nullable String condition) {
    return new Ledger.Status(word, condition == null ? List.of() : List.of(condition), null);
  }

  // ---- earlier runs

  private void settleEarlierRuns() {
    for (ClusterRoot.Sidecar sidecar : session.root().readSidecars()) {
      if (sidecar.kind().equals(GRAPH_CREATE)) {
        settleCreate(sidecar);
      } else if (sidecar.kind().equals(SCHEMA_APPLY)) {
        settleSchema(sidecar);
      } else {
        blockedGraphs.add(sidecar.graph());
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
    try (OmniGraph open =
        OmniGraph.open(
            session.root().graphUri(graph),
            session.context().openOptions(OpenOptions.readOnly()))) {
      live = Digests.of(open.schemaSource().getBytes(StandardCharsets.UTF_8));
    } catch (NotFoundException e) {
      abandoned.add(graph);
      finished.add(sidecar);
      return;
    } catch (GraphException e) {
      blockedGraphs.add(graph);
      findings.error(
          "graph_create_incomplete",
          sidecar.key(),
          "the graph that an earlier run began to create cannot be opened: " + e.getMessage());
      return;
    }
    if (!live.equals(desired)) {
      blockedGraphs.add(graph);
      statuses.put(
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
    Ledger.Resource recorded = resources.get(address);
    String live;
    try (OmniGraph open =
        OmniGraph.open(
            session.root().graphUri(graph),
            session.context().openOptions(OpenOptions.readOnly()))) {
      live = Digests.of(open.schemaSource().getBytes(StandardCharsets.UTF_8));
    } catch (GraphException e) {
      blockedGraphs.add(graph);
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
      blockedGraphs.add(graph);
      statuses.put(
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
    resources.put(DesiredState.schemaAddress(graph), Ledger.Resource.of(live));
    resources.put(
        DesiredState.graphAddress(graph),
        Ledger.Resource.of(
            Digests.graph(graph, live, ObserveCommand.queryDigests(resources, graph))));
    ObjectNode record = ClusterJson.MAPPER.createObjectNode();
    record.put("kind", sidecar.kind());
    record.put("graph_id", graph);
    record.put("outcome", "rolled_forward");
    record.put("recovered_at", session.now());
    record.put("actor", actor());
    recoveryRecords.put(sidecar.json().path("operation_id").asText(), record);
    finished.add(sidecar);
    findings.warning(
        "cluster_recovery_rolled_forward",
        DesiredState.graphAddress(graph),
        "an earlier run " + what + " but did not record it; recorded now");
  }

  // ---- changes

  private void warnAbout(List<Change> changes) {
    for (Change change : changes) {
      if (change.disposition() == Change.Disposition.DEFERRED) {
        findings.error(
            "apply_unsupported_change",
            change.address(),
            "to "
                + change.operation().word()
                + " a "
                + change.kind()
                + " is not supported yet; it was left as it is");
      } else if (change.disposition() == Change.Disposition.BLOCKED) {
        findings.warning(
            "apply_dependency_blocked", change.address(), "left as it is: " + change.reason());
      }
    }
  }

  private List<Change> createGraphs(List<Change> changes) {
    var failed = new HashSet<String>();
    for (DesiredState.Graph graph : session.desired().graphs()) {
      boolean create =
          changes.stream()
              .anyMatch(
                  change ->
                      change.address().equals(DesiredState.graphAddress(graph.id()))
                          && change.operation() == Change.Operation.CREATE
                          && !change.isOpen());
      if (!create) {
        continue;
      }
      if (!failed.isEmpty()) {
        failed.add(graph.id());
        findings.warning(
            "graph_create_skipped",
            DesiredState.graphAddress(graph.id()),
            "not tried, because another graph failed");
      } else if (!create(graph)) {
        failed.add(graph.id());
      }
    }
    return changes.stream().map(change -> blockedBy(failed, change)).toList();
  }

  private List<Change> changeSchemas(List<Change> changes) {
    boolean stopped =
        changes.stream().anyMatch(change -> "graph_create_failed".equals(change.reason()));
    var failed = new HashSet<String>();
    for (DesiredState.Graph graph : session.desired().graphs()) {
      String address = DesiredState.schemaAddress(graph.id());
      boolean change =
          changes.stream()
              .anyMatch(
                  c ->
                      c.address().equals(address)
                          && c.operation() == Change.Operation.UPDATE
                          && !c.isOpen());
      if (!change) {
        continue;
      }
      if (stopped || !failed.isEmpty()) {
        failed.add(graph.id());
        findings.warning(
            "schema_apply_skipped", address, "not tried, because another graph failed");
      } else if (!changeSchema(graph, address)) {
        failed.add(graph.id());
      }
    }
    return changes.stream().map(change -> unchangedBy(failed, change)).toList();
  }

  private static Change unchangedBy(Set<String> failedGraphs, Change change) {
    boolean affected =
        Set.of("graph", "schema", "query").contains(change.kind())
            && failedGraphs.contains(change.graph());
    if (!affected) {
      return change;
    }
    boolean itself = change.kind().equals("schema");
    return change.with(
        Change.Disposition.BLOCKED, itself ? "schema_apply_failed" : Differ.DEPENDENCY);
  }

  /** What is dropped stays readable at old commits: a cluster never loses data by itself. */
  private boolean changeSchema(DesiredState.Graph graph, String address) {
    try (OmniGraph open =
        OmniGraph.open(
            session.root().graphUri(graph.id()),
            session.context().openOptions(OpenOptions.readWrite()))) {
      requireUnchanged(graph);
      open.previewSchema(graph.schemaSource(), false);
      ClusterRoot.Sidecar sidecar =
          writeSidecar(graph, SCHEMA_APPLY, open.snapshot(ReadTarget.MAIN).manifestVersion());
      open.applySchema(graph.schemaSource(), false, WriteOptions.by(session.context().actor()));
      finished.add(sidecar);
      return true;
    } catch (GraphException | ClusterFailure e) {
      findings.error("schema_apply_failed", address, "cannot change the schema: " + e.getMessage());
      return false;
    }
  }

  private static Change blockedBy(Set<String> failedGraphs, Change change) {
    boolean affected =
        Set.of("graph", "schema", "query").contains(change.kind())
            && failedGraphs.contains(change.graph());
    if (!affected) {
      return change;
    }
    boolean itself = change.kind().equals("graph");
    return change.with(
        Change.Disposition.BLOCKED, itself ? "graph_create_failed" : Differ.DEPENDENCY);
  }

  private boolean create(DesiredState.Graph graph) {
    String address = DesiredState.graphAddress(graph.id());
    try {
      requireUnchanged(graph);
      ClusterRoot.Sidecar sidecar = writeSidecar(graph, GRAPH_CREATE, null);
      try (OmniGraph created =
          OmniGraph.init(
              session.root().graphUri(graph.id()),
              graph.schemaSource(),
              abandoned.contains(graph.id()),
              session.context().openOptions(OpenOptions.readWrite()))) {
        created.snapshot(ReadTarget.MAIN);
      }
      finished.add(sidecar);
      return true;
    } catch (GraphException | ClusterFailure e) {
      findings.error("graph_create_failed", address, "cannot create the graph: " + e.getMessage());
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
      DesiredState.Graph graph, String kind, @Nullable Long manifestVersion) {
    String id = session.context().ids().nextUlid();
    ObjectNode json = ClusterJson.MAPPER.createObjectNode();
    json.put("schema_version", 1);
    json.put("operation_id", id);
    json.put("started_at", session.now());
    json.put("actor", actor());
    json.put("kind", kind);
    json.put("graph_id", graph.id());
    json.put("graph_uri", session.root().graphUri(graph.id()));
    json.put("observed_manifest_version", manifestVersion);
    json.putNull("expected_manifest_version");
    json.put("desired_schema_digest", graph.schemaDigest());
    ClusterRoot.StoredLedger ledger = session.ledger();
    json.put("state_cas_base", ledger == null ? null : ledger.token());
    json.putNull("approval_id");
    return session.root().writeSidecar(id, graph.id(), kind, json);
  }

  private @Nullable String actor() {
    return session.context().actor() == null ? null : session.context().actor().value();
  }

  /** Payloads of unchanged queries are written again too if they are gone or damaged. */
  private void writePayloads(List<Change> changes) {
    var open = new HashSet<String>();
    changes.stream().filter(Change::isOpen).forEach(change -> open.add(change.address()));
    for (DesiredState.Graph graph : session.desired().graphs()) {
      for (DesiredState.Query query : graph.queries()) {
        if (!open.contains(DesiredState.queryAddress(graph.id(), query.name()))) {
          session
              .root()
              .ensurePayload(
                  ClusterRoot.queryKey(graph.id(), query.name(), query.digest()), query.file());
        }
      }
    }
  }

  private SortedMap<String, Ledger.Resource> withComposites(
      SortedMap<String, Ledger.Resource> after) {
    var result = new TreeMap<>(after);
    after.forEach(
        (address, resource) -> {
          if (address.startsWith("schema.")) {
            String graph = address.substring("schema.".length());
            result.put(
                DesiredState.graphAddress(graph),
                Ledger.Resource.of(
                    Digests.graph(
                        graph, resource.digest(), ObserveCommand.queryDigests(after, graph))));
          }
        });
    return result;
  }

  private ClusterReport report(
      List<Change> changes,
      boolean converged,
      boolean stateWritten,
      ClusterRoot.StoredLedger ledger) {
    long open = changes.stream().filter(Change::isOpen).count();
    long applied =
        changes.stream().filter(c -> c.disposition() == Change.Disposition.APPLIED).count();
    ObjectNode json = Reports.body(session.context());
    Reports.putIfPresent(json, "actor", actor());
    json.putObject("desired_revision").put("config_digest", session.desired().configDigest());
    session.putStateObservations(json, ledger);
    Reports.putChanges(json, changes);
    json.put("applied_count", applied);
    json.put("deferred_count", open);
    json.put("converged", converged);
    json.put("state_written", stateWritten);
    Reports.putStatuses(json, ledger.ledger().resourceStatuses());
    var lines = new ArrayList<String>();
    lines.add("cluster apply: " + applied + " applied, " + open + " deferred/blocked");
    changes.stream()
        .filter(change -> change.disposition() != Change.Disposition.DERIVED)
        .forEach(change -> lines.add(change.line()));
    return Reports.report(json, lines, findings);
  }
}
