package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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

    /**
     * It is published.
     *
     * @param record its commit; of an older writer that minted none, the commit that notes it
     */
    record Published(CommitRecord record) implements Settled {}

    /**
     * Nothing of it is visible or ever will be.
     *
     * @param restoration null if no table had moved
     */
    record Undone(Rollback.@Nullable Restoration restoration) implements Settled {}
  }

  private final LaneContext context;
  private final SidecarStore sidecars;
  private final RecoveryPublisher publisher;
  private final SettlementAudit audit;
  private final Rollback rollback;
  private final LegacyRecovery legacy;

  Recovery(LaneContext context, SidecarStore sidecars, HeadPublisher heads, RecoveryAudit audit) {
    this.context = context;
    this.sidecars = sidecars;
    this.publisher = new RecoveryPublisher(context, heads);
    this.audit = new SettlementAudit(context, audit);
    this.rollback = new Rollback(context, heads, publisher, this.audit);
    this.legacy = new LegacyRecovery(context, publisher, rollback, this.audit);
  }

  /**
   * Settles every sidecar, oldest first.
   *
   * @throws RecoveryRequiredException if one cannot be read
   */
  void sweep() {
    list().forEach(this::settle);
  }

  /** Settles every sidecar of one branch. */
  void sweep(BranchName branch) {
    list().stream()
        .filter(found -> InterruptedOperation.of(found).branch().equals(branch))
        .forEach(this::settle);
  }

  private List<SidecarStore.Found> list() {
    return context.faults().around(FaultPoint.RECOVERY_LIST, sidecars::list);
  }

  private void settle(SidecarStore.Found found) {
    switch (found) {
      case SidecarStore.Found.Current(var key, var sidecar) -> settle(sidecar);
      case SidecarStore.Found.Legacy(var key, var sidecar) -> {
        InterruptedOperation operation = InterruptedOperation.of(sidecar);
        settle(key, operation, state -> legacy.settle(state, sidecar, operation));
      }
    }
  }

  /** Settles one publish; the sidecar is gone afterwards. */
  Settled settle(Sidecar sidecar) {
    InterruptedOperation operation = InterruptedOperation.of(sidecar);
    return settle(
        SidecarStore.key(sidecar.operationId()),
        operation,
        state -> settleTables(state, sidecar, operation));
  }

  /**
   * @param tables settles what the lineage does not show yet
   */
  private Settled settle(
      String key, InterruptedOperation operation, Function<ManifestState, Settled> tables) {
    Optional<ManifestState> opened = openBranch(operation.branch());
    Settled settled;
    if (opened.isEmpty()) {
      settled = discardOrphan(operation);
    } else {
      try (ManifestState state = opened.get()) {
        settled =
            switch (Standing.of(operation, context.log(), state)) {
              case Standing.Published(var record) -> {
                audit.rolledForward(operation, record);
                yield new Settled.Published(record);
              }
              case Standing.SettledBefore(var record) -> {
                audit.settledBefore(operation, record);
                yield new Settled.Undone(null);
              }
              case Standing.Open() -> tables.apply(state);
            };
      }
    }
    context.faults().around(FaultPoint.RECOVERY_DELETE, () -> sidecars.delete(key));
    return settled;
  }

  private Optional<ManifestState> openBranch(BranchName branch) {
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

  /** The branch is gone: nothing of the operation can become visible any more. */
  private Settled discardOrphan(InterruptedOperation operation) {
    try (ManifestState main = context.manifests().openHead(BranchName.MAIN)) {
      CommitRecord note =
          Standing.recoveryCommitOf(operation, context.log(), main)
              .orElseGet(() -> publisher.publishNote(main, operation));
      audit.orphanDiscarded(operation, note.commit().id());
    }
    return new Settled.Undone(null);
  }

  private Settled settleTables(
      ManifestState state, Sidecar sidecar, InterruptedOperation operation) {
    try (TableFindings findings = TableFindings.examine(context, state, sidecar)) {
      if (findings.canRollForward()) {
        CommitRecord record = rollForward(state, sidecar, findings);
        audit.rolledForward(operation, record);
        return new Settled.Published(record);
      }
      Rollback.Restoration restored = rollback.run(state, findings.drifted(), operation);
      findings
          .forksToDelete()
          .forEach(t -> rollback.deleteFork(t.path(), Objects.requireNonNull(t.tableBranch())));
      sidecar.creations().stream()
          .filter(Sidecar.Creation::fresh)
          .forEach(creation -> context.storage().drop(creation.path()));
      return new Settled.Undone(restored);
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
    CommitRecord record =
        publisher.publish(state, rows, sidecar, ActorId.RECOVERY, sidecar.operationId());
    LOG.info(
        "recovery finished commit {} of operation {}", sidecar.commitId(), sidecar.operationId());
    return record;
  }

  private SnapshotHandle redo(Sidecar sidecar, TableFindings.Finding finding) {
    String uuid = Objects.requireNonNull(finding.table().uuid());
    return TableCommits.commit(
        context,
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
  Rollback.@Nullable Restoration restoreDrift(BranchName branch) {
    try (ManifestState state = context.manifests().openHead(branch)) {
      List<Rollback.Drift> drifted = new ArrayList<>();
      try {
        for (TableEntry entry : state.tables().values()) {
          if (entry.ownedBy(branch)) {
            context.storage().deleteTornHead(entry.address(), entry.version());
            SnapshotHandle head = context.storage().openHead(entry.address());
            drifted.add(new Rollback.Drift(entry, head));
          }
        }
        return rollback.run(
            state,
            drifted.stream().filter(d -> d.head().version() > d.published().version()).toList(),
            new InterruptedOperation(
                context.ids().nextUlid(), branch, null, null, CommitKind.UNKNOWN.word()));
      } finally {
        drifted.forEach(d -> d.head().close());
      }
    }
  }
}
