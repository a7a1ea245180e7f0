package io.omnigraph.publish;

import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import io.omnigraph.publish.LegacySidecar.Verdict;
import io.omnigraph.publish.RecoveryAudit.TableOutcome;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settles sidecars of schema versions 1 and 2 by the arithmetic of version numbers: all tables
 * moved as promised, the commit is published at what is there; otherwise every moved table is
 * restored.
 */
final class LegacyRecovery {

  private record Judged(
      LegacySidecar.Pin pin, TableEntry published, SnapshotHandle head, Verdict verdict) {}

  private final LaneContext context;
  private final Recovery recovery;

  LegacyRecovery(LaneContext context, Recovery recovery) {
    this.context = context;
    this.recovery = recovery;
  }

  void settle(String key, LegacySidecar sidecar) {
    BranchName branch = sidecar.branch() == null ? BranchName.MAIN : sidecar.branch();
    Optional<ManifestState> opened = recovery.openBranch(branch);
    if (opened.isEmpty()) {
      recovery.discardOrphan(key, sidecar.operationId(), sidecar.actor(), sidecar.writerKind());
      return;
    }
    try (ManifestState state = opened.get()) {
      Optional<CommitRecord> earlier = recovery.recoveryCommitOf(state, sidecar.operationId());
      if (earlier.isPresent()) {
        recovery.auditAgain(
            sidecar.operationId(), sidecar.actor(), sidecar.writerKind(), earlier.get());
      } else {
        settle(state, sidecar);
      }
    }
    recovery.remove(key);
  }

  private void settle(ManifestState state, LegacySidecar sidecar) {
    List<Judged> tables = new ArrayList<>();
    try {
      boolean complete = true;
      for (LegacySidecar.Pin pin : sidecar.pins()) {
        TableEntry published = state.tables().get(pin.key());
        if (published == null || !published.address().equals(pin.address())) {
          complete = false;
          continue;
        }
        context.storage().deleteTornHead(pin.address(), published.version());
        SnapshotHandle head = context.storage().openHead(pin.address());
        Verdict verdict =
            LegacySidecar.judge(sidecar.matching(), pin, published.version(), head.version());
        tables.add(new Judged(pin, published, head, verdict));
        if (verdict == Verdict.INVARIANT_VIOLATION) {
          throw new InternalException(
              "table_behind_manifest",
              "table '"
                  + pin.key()
                  + "' is at version "
                  + head.version()
                  + ", behind its published version "
                  + published.version()
                  + "; operator review required",
              Map.of("table_key", pin.key().toString()));
        }
      }
      boolean forward =
          complete
              && !sidecar.changesStructure()
              && !sidecar.writerKind().equals("SchemaApply")
              && tables.stream().allMatch(t -> t.verdict() == Verdict.ROLLED_PAST_EXPECTED);
      boolean stale =
          tables.stream().allMatch(t -> t.verdict() == Verdict.NO_MOVEMENT)
              && tables.stream().anyMatch(t -> t.published().version() > t.pin().expected());
      if (stale) {
        noteStale(state, sidecar, tables);
      } else if (forward) {
        rollForward(state, sidecar, tables);
      } else {
        recovery.rollBack(
            state,
            tables.stream()
                .filter(t -> t.verdict() != Verdict.NO_MOVEMENT)
                .map(t -> new Recovery.Drift(t.published(), t.head()))
                .toList(),
            sidecar.operationId(),
            sidecar.actor(),
            sidecar.writerKind());
      }
    } finally {
      tables.forEach(t -> t.head().close());
    }
  }

  /** The publish had succeeded; only the sidecar was left. */
  private void noteStale(ManifestState state, LegacySidecar sidecar, List<Judged> tables) {
    CommitId id = new CommitId(context.ids().nextUlid());
    recovery.publishNote(state, id, sidecar.operationId());
    recovery.append(
        RecoveryAudit.Kind.ROLLED_FORWARD,
        id,
        sidecar.operationId(),
        sidecar.actor(),
        sidecar.writerKind(),
        tables.stream()
            .map(t -> new TableOutcome(t.pin().key(), t.pin().expected(), t.published().version()))
            .toList());
  }

  private void rollForward(ManifestState state, LegacySidecar sidecar, List<Judged> tables) {
    CommitId id = new CommitId(context.ids().nextUlid());
    Sidecar publish =
        new Sidecar(
            sidecar.operationId(),
            id,
            context.nowMicros(),
            CommitKind.RECOVERY,
            ActorId.RECOVERY,
            context.lease().epoch(),
            state.branch(),
            state.head().commit(),
            sidecar.mergeSource(),
            null,
            List.of(new CommitOperation(sidecar.operationId(), NullNode.instance, null, null)),
            List.of(),
            List.of(),
            List.of());
    PublishRows rows = PublishRows.of(context, state, publish);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (Judged table : tables) {
      rows.move(
          table.published(),
          new TableEntry(
              table.pin().key(),
              table.published().path(),
              table.head().version(),
              table.published().tableBranch(),
              table.head().countRows()),
          table.head().manifestFile());
      outcomes.add(
          new TableOutcome(table.pin().key(), table.pin().expected(), table.head().version()));
    }
    CommitRecord record = rows.record(publish, ActorId.RECOVERY);
    recovery.publish(
        state,
        rows.rows(record),
        rows.head(publish, context.lease().epoch()),
        sidecar.operationId(),
        CommitKind.RECOVERY);
    recovery.append(
        RecoveryAudit.Kind.ROLLED_FORWARD,
        id,
        sidecar.operationId(),
        sidecar.actor(),
        sidecar.writerKind(),
        outcomes);
  }
}
