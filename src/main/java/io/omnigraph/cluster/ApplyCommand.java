package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converges: settles what an earlier run left, creates graphs, changes schemas, writes query
 * payloads, then the ledger.
 */
final class ApplyCommand {

  private final Cluster.Session session;
  private final Findings findings;

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
    var draft = new LedgerDraft(before);
    new EarlierRuns(session, draft).settle();

    List<Change> changes = Differ.diff(session.desired(), draft.resources, draft.blockedGraphs);
    warnAbout(changes);
    var moves = new GraphMoves(session, draft);
    changes = moves.run(GraphMove.CREATE, changes);
    changes = moves.run(GraphMove.CHANGE_SCHEMA, changes);
    writePayloads(changes);
    SortedMap<String, Ledger.Resource> after =
        withComposites(Differ.after(draft.resources, changes));
    boolean converged = Differ.diff(session.desired(), after, draft.blockedGraphs).isEmpty();
    String configDigest =
        converged ? session.desired().configDigest() : before.appliedRevision().configDigest();
    for (Change change : changes) {
      record(change, draft.statuses);
    }
    var ledger =
        new Ledger(
            Ledger.VERSION,
            before.stateRevision() + 1,
            new Ledger.AppliedRevision(configDigest, after),
            draft.statuses,
            before.approvalRecords(),
            draft.recoveryRecords,
            before.observations());
    boolean write = differs(before, ledger);
    ClusterRoot.StoredLedger written = write ? session.root().writeLedger(ledger, stored) : stored;
    draft.finished.forEach(session.root()::deleteSidecar);
    return report(changes, converged, write, written);
  }

  private static boolean differs(Ledger before, Ledger after) {
    return !(before.appliedRevision().equals(after.appliedRevision())
        && before.resourceStatuses().equals(after.resourceStatuses())
        && before.recoveryRecords().equals(after.recoveryRecords()));
  }

  private static void record(Change change, SortedMap<String, Ledger.Status> statuses) {
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
                Ledger.Resource.ofGraph(graph, resource.digest(), after));
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
    Reports.putIfPresent(json, "actor", session.actor());
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
