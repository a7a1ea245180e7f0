package io.omnigraph.publish;

import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.HeadRow;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.RecoveryAudit.TableOutcome;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what an interrupted publish left: finishes it if everything it needs still holds,
 * otherwise restores every table it moved to the published version. Only the owner of the graph
 * recovers, with the lane of the branch closed, so nothing else moves meanwhile. Every step can be
 * repeated: after a crash in the middle the next run comes to the same end.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** What became of an interrupted publish. */
  sealed interface Settled {

    /** Its commit is published. */
    record Published(CommitRecord record) implements Settled {}

    /**
     * Nothing of it is visible or ever will be.
     *
     * @param restoration null if no table had moved
     */
    record Undone(@Nullable Restoration restoration) implements Settled {}
  }

  /**
   * A publish that put tables to new versions with the content of the published ones.
   *
   * @param before manifest version it built on
   * @param after manifest version it made
   */
  record Restoration(long before, long after, Set<TableKey> tables) {}

  private final LaneContext context;
  private final SidecarStore sidecars;
  private final HeadPublisher publisher;
  private final RecoveryAudit audit;
  private final LegacyRecovery legacy;

  Recovery(
      LaneContext context, SidecarStore sidecars, HeadPublisher publisher, RecoveryAudit audit) {
    this.context = context;
    this.sidecars = sidecars;
    this.publisher = publisher;
    this.audit = audit;
    this.legacy = new LegacyRecovery(context, this);
  }

  /**
   * Settles every sidecar, oldest first.
   *
   * @throws RecoveryRequiredException if one cannot be read
   */
  void sweep() {
    for (SidecarStore.Found found : list()) {
      settle(found);
    }
  }

  /** Settles every sidecar of one branch. */
  void sweep(BranchName branch) {
    for (SidecarStore.Found found : list()) {
      BranchName of =
          switch (found) {
            case SidecarStore.Found.Current(var key, var sidecar) -> sidecar.branch();
            case SidecarStore.Found.Legacy(var key, var sidecar) ->
                sidecar.branch() == null ? BranchName.MAIN : sidecar.branch();
          };
      if (of.equals(branch)) {
        settle(found);
      }
    }
  }

  private List<SidecarStore.Found> list() {
    return context.faults().around(FaultPoint.RECOVERY_LIST, sidecars::list);
  }

  private void settle(SidecarStore.Found found) {
    switch (found) {
      case SidecarStore.Found.Current(var key, var sidecar) -> settle(sidecar);
      case SidecarStore.Found.Legacy(var key, var sidecar) -> legacy.settle(key, sidecar);
    }
  }

  /** Settles one publish; the sidecar is gone afterwards. */
  Settled settle(Sidecar sidecar) {
    String key = SidecarStore.key(sidecar.operationId());
    Optional<ManifestState> opened = openBranch(sidecar.branch());
    if (opened.isEmpty()) {
      discardOrphan(key, sidecar.operationId(), actor(sidecar), sidecar.kind().word());
      return new Settled.Undone(null);
    }
    try (ManifestState state = opened.get()) {
      Optional<CommitRecord> landed = context.log().find(state, sidecar.commitId());
      if (landed.isPresent()) {
        audit(sidecar, landed.get().commit().id(), outcomes(landed.get()));
        remove(key);
        return new Settled.Published(landed.get());
      }
      Optional<CommitRecord> undone = recoveryCommitOf(state, sidecar.operationId());
      if (undone.isPresent()) {
        auditAgain(sidecar.operationId(), actor(sidecar), sidecar.kind().word(), undone.get());
        remove(key);
        return new Settled.Undone(null);
      }
      try (TableFindings findings = TableFindings.examine(context, state, sidecar)) {
        if (findings.canRollForward()) {
          CommitRecord record = rollForward(state, sidecar, findings);
          audit(sidecar, sidecar.commitId(), outcomes(record));
          remove(key);
          return new Settled.Published(record);
        }
        Restoration restored =
            rollBack(
                state,
                findings.drifted(),
                sidecar.operationId(),
                actor(sidecar),
                sidecar.kind().word());
        findings
            .forksToDelete()
            .forEach(t -> deleteFork(t.path(), Objects.requireNonNull(t.tableBranch())));
        sidecar.creations().stream()
            .filter(Sidecar.Creation::fresh)
            .forEach(creation -> context.storage().drop(creation.path()));
        remove(key);
        return new Settled.Undone(restored);
      }
    }
  }

  Optional<ManifestState> openBranch(BranchName branch) {
    context.storage().deleteTornHead(ManifestStore.address(branch), 0);
    try {
      return Optional.of(context.manifests().openHead(branch));
    } catch (NotFoundException e) {
      if (branch.isMain()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  // ---- forward

  private CommitRecord rollForward(ManifestState state, Sidecar sidecar, TableFindings findings) {
    PublishRows rows = PublishRows.of(context, state, sidecar);
    for (TableFindings.Finding finding : findings.all()) {
      Sidecar.Table table = finding.table();
      if (!finding.landed()) {
        finding.replaceHead(redo(sidecar, finding));
      }
      SnapshotHandle head = finding.head();
      context.storage().forceCommitted(head);
      rows.move(
          state.tables().get(table.key()),
          new TableEntry(
              table.key(), table.path(), head.version(), table.tableBranch(), table.rowCount()),
          head.manifestFile());
    }
    CommitRecord record = rows.record(sidecar, ActorId.RECOVERY);
    publish(
        state,
        rows.rows(record),
        rows.head(sidecar, context.lease().epoch()),
        sidecar.operationId(),
        sidecar.kind());
    LOG.info(
        "recovery finished commit {} of operation {}", sidecar.commitId(), sidecar.operationId());
    return record;
  }

  private SnapshotHandle redo(Sidecar sidecar, TableFindings.Finding finding) {
    String uuid = Objects.requireNonNull(finding.table().uuid());
    CommitOutcome outcome =
        context
            .faults()
            .around(
                FaultPoint.RECOVERY_REDO,
                () -> {
                  context.storage().forceStaged(finding.redo());
                  return context
                      .storage()
                      .commit(
                          finding.redo(),
                          HeadPublisher.tag(
                              uuid, sidecar.operationId(), sidecar.commitId(), sidecar.kind()));
                });
    return landed(outcome);
  }

  // ---- back

  /** A table whose newest version is not the published one. */
  record Drift(TableEntry published, SnapshotHandle head) {}

  /** Restores and publishes, so that every table's newest version is the published one again. */
  @Nullable Restoration rollBack(
      ManifestState state,
      List<Drift> drifted,
      String operationId,
      @Nullable String forActor,
      String writerKind) {
    if (drifted.isEmpty()) {
      return null;
    }
    CommitId commitId = new CommitId(context.ids().nextUlid());
    Sidecar undo = recoverySidecar(state, commitId, operationId);
    PublishRows rows = PublishRows.of(context, state, undo);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (Drift drift : drifted) {
      long from = drift.head().version();
      long to = drift.published().version();
      try (SnapshotHandle restored =
          landed(
              context
                  .faults()
                  .around(
                      FaultPoint.RECOVERY_RESTORE,
                      () ->
                          context
                              .storage()
                              .restore(
                                  drift.head(),
                                  to,
                                  HeadPublisher.tag(
                                      publisher.mintUuid(),
                                      operationId,
                                      commitId,
                                      CommitKind.RECOVERY))))) {
        context.storage().forceCommitted(restored);
        rows.move(
            drift.published(),
            new TableEntry(
                drift.published().key(),
                drift.published().path(),
                restored.version(),
                drift.published().tableBranch(),
                drift.published().rowCount()),
            restored.manifestFile());
        outcomes.add(new TableOutcome(drift.published().key(), from, to));
      }
    }
    CommitRecord record = rows.record(undo, null);
    publish(
        state,
        rows.rows(record),
        rows.head(undo, context.lease().epoch()),
        operationId,
        CommitKind.RECOVERY);
    LOG.warn("recovery rolled back operation {}: {}", operationId, outcomes);
    append(RecoveryAudit.Kind.ROLLED_BACK, commitId, operationId, forActor, writerKind, outcomes);
    return new Restoration(
        state.version(),
        state.version() + 1,
        drifted.stream().map(d -> d.published().key()).collect(Collectors.toUnmodifiableSet()));
  }

  /** A commit without sidecar of its own that names, by operation, what it settled. */
  private Sidecar recoverySidecar(ManifestState state, CommitId commitId, String operationId) {
    return new Sidecar(
        operationId,
        commitId,
        context.nowMicros(),
        CommitKind.RECOVERY,
        ActorId.RECOVERY,
        context.lease().epoch(),
        state.branch(),
        state.head().commit(),
        null,
        null,
        List.of(new CommitOperation(operationId, NullNode.instance, null, null)),
        List.of(),
        List.of(),
        List.of());
  }

  /** A lineage-only commit that says what an interrupted operation came to. */
  CommitRecord publishNote(ManifestState state, CommitId commitId, String operationId) {
    Sidecar note = recoverySidecar(state, commitId, operationId);
    PublishRows rows = PublishRows.of(context, state, note);
    CommitRecord record = rows.record(note, ActorId.RECOVERY);
    publish(
        state,
        rows.rows(record),
        rows.head(note, context.lease().epoch()),
        operationId,
        CommitKind.RECOVERY);
    return record;
  }

  /** The branch is gone: nothing of the operation can become visible any more. */
  void discardOrphan(String key, String operationId, @Nullable String forActor, String writerKind) {
    try (ManifestState main = context.manifests().openHead(BranchName.MAIN)) {
      CommitId id =
          recoveryCommitOf(main, operationId)
              .map(r -> r.commit().id())
              .orElseGet(
                  () ->
                      publishNote(main, new CommitId(context.ids().nextUlid()), operationId)
                          .commit()
                          .id());
      append(
          RecoveryAudit.Kind.ORPHANED_BRANCH_DISCARDED,
          id,
          operationId,
          forActor,
          writerKind,
          List.of());
    }
    remove(key);
  }

  // ---- without a sidecar

  /**
   * Removes torn newest manifests of the tables of a branch: a power cut leaves such without a
   * sidecar where nothing is forced to disk, and nothing can be written beside them.
   *
   * @return true if there were any
   */
  boolean removeTornHeads(BranchName branch) {
    boolean removed = false;
    try (ManifestState state = context.manifests().openHead(branch)) {
      for (TableEntry entry : state.tables().values()) {
        removed |= context.storage().deleteTornHead(entry.address(), entry.version());
      }
    }
    return removed;
  }

  /**
   * Restores tables that moved although no sidecar explains it, such as by a paused earlier owner.
   */
  @Nullable Restoration restoreDrift(BranchName branch) {
    try (ManifestState state = context.manifests().openHead(branch)) {
      List<Drift> drifted = new ArrayList<>();
      try {
        for (TableEntry entry : state.tables().values()) {
          if (entry.ownedBy(branch)) {
            context.storage().deleteTornHead(entry.address(), entry.version());
            SnapshotHandle head = context.storage().openHead(entry.address());
            drifted.add(new Drift(entry, head));
          }
        }
        return rollBack(
            state,
            drifted.stream().filter(d -> d.head().version() > d.published().version()).toList(),
            context.ids().nextUlid(),
            null,
            CommitKind.UNKNOWN.word());
      } finally {
        drifted.forEach(d -> d.head().close());
      }
    }
  }

  // ---- shared steps

  void publish(
      ManifestState state,
      List<ManifestRow> rows,
      HeadRow head,
      String operationId,
      CommitKind kind) {
    HeadPublisher.Outcome outcome =
        context
            .faults()
            .around(
                FaultPoint.RECOVERY_PUBLISH,
                () -> publisher.publish(state, rows, head, operationId, kind));
    switch (outcome) {
      case HeadPublisher.Outcome.Published(var next) -> next.close();
      case HeadPublisher.Outcome.HeadMoved(var next) -> {
        next.close();
        throw new RecoveryRequiredException(
            "recovery_head_moved",
            "the head of branch '" + state.branch() + "' moved during recovery; try again",
            Map.of("branch", state.branch().value()));
      }
      case HeadPublisher.Outcome.Unknown(var cause) -> throw cause;
    }
  }

  /** The recovery commit that settled an operation in an earlier, interrupted run. */
  Optional<CommitRecord> recoveryCommitOf(ManifestState state, String operationId) {
    return context.log().records(state, 0).stream()
        .filter(
            r ->
                r.commit().kind() == CommitKind.RECOVERY
                    || ActorId.RECOVERY.equals(r.commit().recoveredBy()))
        .filter(r -> r.operations().stream().anyMatch(o -> o.operationId().equals(operationId)))
        .findFirst();
  }

  private static SnapshotHandle landed(CommitOutcome outcome) {
    return switch (outcome) {
      case CommitOutcome.Committed(var handle) -> handle;
      case CommitOutcome.Rejected(var cause) -> throw cause;
      case CommitOutcome.Unknown(var cause) -> throw cause;
    };
  }

  /** Removes a table branch that no manifest places. */
  void deleteFork(String path, BranchName tableBranch) {
    try {
      context.storage().deleteBranch(path, tableBranch);
    } catch (ConflictException e) {
      // Another branch forked from it: the residue is classified at the next first write.
      LOG.warn("the abandoned branch {} of {} stays", tableBranch, path, e);
    }
  }

  static List<TableOutcome> outcomes(CommitRecord record) {
    return record.commit().tables().stream()
        .map(m -> new TableOutcome(m.key(), m.fromVersion(), m.toVersion()))
        .toList();
  }

  private void audit(Sidecar sidecar, CommitId commit, List<TableOutcome> outcomes) {
    append(
        RecoveryAudit.Kind.ROLLED_FORWARD,
        commit,
        sidecar.operationId(),
        actor(sidecar),
        sidecar.kind().word(),
        outcomes);
  }

  /** The audit row of a recovery commit that was published before its audit failed. */
  void auditAgain(
      String operationId, @Nullable String forActor, String writerKind, CommitRecord undone) {
    boolean forward = undone.commit().recoveredBy() != null;
    List<TableOutcome> outcomes = new ArrayList<>();
    for (TableMove move : undone.commit().tables()) {
      outcomes.add(
          forward
              ? new TableOutcome(move.key(), move.fromVersion(), move.toVersion())
              : new TableOutcome(move.key(), move.toVersion() - 1, move.fromVersion()));
    }
    append(
        forward ? RecoveryAudit.Kind.ROLLED_FORWARD : RecoveryAudit.Kind.ROLLED_BACK,
        undone.commit().id(),
        operationId,
        forActor,
        writerKind,
        outcomes);
  }

  void append(
      RecoveryAudit.Kind kind,
      CommitId commit,
      String operationId,
      @Nullable String forActor,
      String writerKind,
      List<TableOutcome> outcomes) {
    context
        .faults()
        .around(
            FaultPoint.RECOVERY_AUDIT,
            () ->
                audit.append(
                    new RecoveryAudit.Entry(
                        commit,
                        kind,
                        forActor,
                        operationId,
                        writerKind,
                        outcomes,
                        context.nowMicros())));
  }

  void remove(String key) {
    context.faults().around(FaultPoint.RECOVERY_DELETE, () -> sidecars.delete(key));
  }

  private static @Nullable String actor(Sidecar sidecar) {
    return sidecar.actor() == null ? null : sidecar.actor().value();
  }
}
