package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.model.GraphException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cluster commands. Each returns a report and throws only for defects. */
public final class Cluster {

  private Cluster() {}

  /** Checks a configuration without looking at any storage. */
  public static ClusterReport validate(ClusterContext context) {
    var findings = new Findings();
    ClusterConfig config = ClusterYaml.read(context.directory(), findings);
    DesiredState desired =
        config == null ? null : DesiredStateReader.read(context.directory(), config, findings);
    ObjectNode json = Reports.body(context);
    json.put("config_file", ClusterYaml.FILE);
    Reports.putDigests(json, desired == null ? new TreeMap<>() : desired.digests());
    Reports.putResources(json, desired);
    Reports.putDependencies(json, desired);
    int count = desired == null ? 0 : desired.resources().size();
    return Reports.report(
        json,
        findings.hasErrors()
            ? List.of("cluster validate: not valid")
            : List.of("cluster validate: valid, " + count + " resource(s)"),
        findings);
  }

  /** Writes the first ledger: what of the declared graphs stands there already. */
  public static ClusterReport importState(ClusterContext context) {
    return run(context, "import", session -> new ObserveCommand(session).importState());
  }

  /** Looks at every declared graph and records what it finds. */
  public static ClusterReport refresh(ClusterContext context) {
    return run(context, "refresh", session -> new ObserveCommand(session).refresh());
  }

  /** Makes the cluster what the configuration declares, as far as this build can. */
  public static ClusterReport apply(ClusterContext context) {
    return run(context, "apply", session -> new ApplyCommand(session).run());
  }

  /** Shows what {@link #apply} would do. */
  public static ClusterReport plan(ClusterContext context) {
    return run(context, "plan", Cluster::plan);
  }

  private static ClusterReport plan(Session session) {
    Ledger ledger = session.ledger() == null ? Ledger.empty() : session.ledger().ledger();
    List<Change> changes =
        Differ.diff(session.desired(), ledger.appliedRevision().resources(), Set.of());
    ObjectNode json = Reports.body(session.context());
    json.putObject("desired_revision").put("config_digest", session.desired().configDigest());
    Reports.putDigests(json, session.desired().digests());
    Reports.putDependencies(json, session.desired());
    session.putStateObservations(json);
    Reports.putChanges(json, changes);
    putMigrations(session, json);
    json.putArray("blast_radius");
    json.putArray("approvals_required");
    var lines = new ArrayList<String>();
    lines.add("cluster plan: " + changes.size() + " change(s), 0 approval gate(s)");
    changes.forEach(change -> lines.add(change.line()));
    return Reports.report(json, lines, session.findings());
  }

  /** Adds to every schema update what it would do to its graph. */
  private static void putMigrations(Session session, ObjectNode json) {
    for (JsonNode change : json.get("changes")) {
      String address = change.path("resource").asText();
      for (DesiredState.Graph graph : session.desired().graphs()) {
        if (address.equals(DesiredState.schemaAddress(graph.id()))
            && change.path("operation").asText().equals("update")) {
          migration(session, graph, address)
              .ifPresent(plan -> ((ObjectNode) change).set("migration", plan));
        }
      }
    }
  }

  private static Optional<ObjectNode> migration(
      Session session, DesiredState.Graph graph, String address) {
    try (OmniGraph open =
        OmniGraph.open(
            session.root().graphUri(graph.id()),
            session.context().openOptions(OpenOptions.readOnly()))) {
      return Optional.of(open.planSchema(graph.schemaSource(), false).toJson());
    } catch (GraphException e) {
      session
          .findings()
          .warning(
              "schema_preview_unavailable",
              address,
              "cannot tell what the change would do: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Shows the ledger without looking at any graph. Takes no lock. */
  public static ClusterReport status(ClusterContext context) {
    var findings = new Findings();
    ObjectNode json = Reports.body(context);
    var lines = new ArrayList<String>();
    try (ClusterRoot root = rootOf(context, findings)) {
      ClusterRoot.StoredLedger stored = root.readLedger().orElse(null);
      ClusterRoot.LockInfo lock = root.readLock().orElse(null);
      Ledger ledger = stored == null ? Ledger.empty() : stored.ledger();
      if (stored == null) {
        findings.warning(
            "state_missing", ClusterRoot.STATE, "there is no ledger; run `cluster import`");
      }
      Reports.putStateObservations(json, stored, lock, null, context.clock().instant());
      var digests = new TreeMap<String, String>();
      ledger.appliedRevision().resources().forEach((a, r) -> digests.put(a, r.digest()));
      Reports.putDigests(json, digests);
      Reports.putStatuses(json, ledger.resourceStatuses());
      json.set("observations", ClusterJson.MAPPER.valueToTree(ledger.observations()));
      lines.add(
          "cluster status: revision "
              + ledger.stateRevision()
              + ", "
              + digests.size()
              + " resource(s)"
              + (lock == null ? "" : ", locked by `" + lock.operation() + "` " + lock.lockId()));
      digests.forEach(
          (address, digest) -> {
            Ledger.Status status = ledger.resourceStatuses().get(address);
            lines.add("  " + address + " " + (status == null ? "applied" : status.status()));
          });
    } catch (ClusterFailure e) {
      findings.error(e.diagnostic().code(), e.diagnostic().path(), e.diagnostic().message());
    } catch (GraphException e) {
      findings.error("state_read_error", ClusterRoot.STATE, e.getMessage());
    }
    return Reports.report(json, lines, findings);
  }

  /** Removes a lock that its owner left behind; the exact id is required. */
  public static ClusterReport forceUnlock(ClusterContext context, String lockId) {
    var findings = new Findings();
    ObjectNode json = Reports.body(context);
    boolean removed = false;
    try (ClusterRoot root = rootOf(context, findings)) {
      ClusterRoot.LockInfo lock = root.readLock().orElse(null);
      if (lock == null) {
        findings.error("state_lock_missing", ClusterRoot.LOCK, "there is no lock");
      } else if (!lock.lockId().equals(lockId)) {
        findings.error(
            "state_lock_id_mismatch",
            ClusterRoot.LOCK,
            "the lock is " + lock.lockId() + ", not " + lockId);
      } else {
        root.releaseLock();
        removed = true;
      }
      Reports.putStateObservations(
          json,
          root.readLedger().orElse(null),
          root.readLock().orElse(null),
          null,
          context.clock().instant());
    } catch (ClusterFailure e) {
      findings.error(e.diagnostic().code(), e.diagnostic().path(), e.diagnostic().message());
    }
    json.put("lock_removed", removed);
    return Reports.report(
        json, List.of("cluster force-unlock: " + (removed ? "removed" : "not removed")), findings);
  }

  private static ClusterRoot rootOf(ClusterContext context, Findings findings) {
    ClusterConfig config = ClusterYaml.read(context.directory(), findings);
    return ClusterRoot.open(
        context.directory(), config == null ? null : config.storage(), context.storageOptions());
  }

  /** Reads configuration and ledger under the lock, runs a command, releases the lock. */
  private static ClusterReport run(
      ClusterContext context, String operation, Function<Session, ClusterReport> command) {
    var findings = new Findings();
    ClusterConfig config = ClusterYaml.read(context.directory(), findings);
    DesiredState desired =
        config == null ? null : DesiredStateReader.read(context.directory(), config, findings);
    if (config == null || desired == null || findings.hasErrors()) {
      return refused(context, operation, findings);
    }
    try (ClusterRoot root =
        ClusterRoot.open(context.directory(), config.storage(), context.storageOptions())) {
      String lockId = config.lock() ? lock(context, operation, root) : null;
      try {
        ClusterRoot.StoredLedger ledger = root.readLedger().orElse(null);
        var session = new Session(context, root, desired, ledger, lockId, findings);
        return command.apply(session);
      } finally {
        if (lockId != null) {
          root.releaseLock();
        }
      }
    } catch (ClusterFailure e) {
      findings.error(e.diagnostic().code(), e.diagnostic().path(), e.diagnostic().message());
    } catch (GraphException e) {
      findings.error("cluster_storage_error", "storage", e.getMessage());
    }
    return refused(context, operation, findings);
  }

  private static String lock(ClusterContext context, String operation, ClusterRoot root) {
    String id = context.ids().nextUlid();
    root.takeLock(
        new ClusterRoot.LockInfo(
            id, operation, context.clock().instant().toString(), context.pid()));
    return id;
  }

  private static ClusterReport refused(
      ClusterContext context, String operation, Findings findings) {
    return Reports.report(
        Reports.body(context), List.of("cluster " + operation + ": nothing was done"), findings);
  }

  /**
   * One command at work.
   *
   * @param ledger what was read under the lock; null if there is none
   */
  record Session(
      ClusterContext context,
      ClusterRoot root,
      DesiredState desired,
      ClusterRoot.@Nullable StoredLedger ledger,
      @Nullable String lockId,
      Findings findings) {

    void putStateObservations(ObjectNode json) {
      putStateObservations(json, ledger);
    }

    void putStateObservations(ObjectNode json, ClusterRoot.@Nullable StoredLedger now) {
      Reports.putStateObservations(json, now, null, lockId, context.clock().instant());
    }

    String now() {
      return context.clock().instant().toString();
    }

    /** Who runs the command; null if anonymous. */
    @Nullable String actor() {
      return context.actor() == null ? null : context.actor().value();
    }

    /** The digest of the schema that a graph has now. */
    String liveSchemaDigest(String graph) {
      try (OmniGraph open =
          OmniGraph.open(root.graphUri(graph), context.openOptions(OpenOptions.readOnly()))) {
        return Digests.of(open.schemaSource().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
