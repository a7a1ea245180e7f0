package io.omnigraph.publish;

import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.TableMove;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.StorageException;
import io.omnigraph.publish.RecoveryAudit.TableOutcome;
import java.util.ArrayList;
import java.util.List;

/** Writes down what recovery made of an operation; a row that is there already stays as it is. */
final class SettlementAudit {

  private final LaneContext context;
  private final RecoveryAudit audit;

  SettlementAudit(LaneContext context, RecoveryAudit audit) {
    this.context = context;
    this.audit = audit;
  }

  /** The operation is published by this commit. */
  void rolledForward(InterruptedOperation operation, CommitRecord record) {
    rolledForward(operation, record.commit().id(), moves(record));
  }

  void rolledForward(InterruptedOperation operation, CommitId commit, List<TableOutcome> outcomes) {
    append(RecoveryAudit.Kind.ROLLED_FORWARD, operation, commit, outcomes);
  }

  void rolledBack(InterruptedOperation operation, CommitId commit, List<TableOutcome> outcomes) {
    append(RecoveryAudit.Kind.ROLLED_BACK, operation, commit, outcomes);
  }

  /** The branch of the operation is gone; the commit on main notes it. */
  void orphanDiscarded(InterruptedOperation operation, CommitId commit) {
    append(RecoveryAudit.Kind.ORPHANED_BRANCH_DISCARDED, operation, commit, List.of());
  }

  /** The row of a recovery commit that was published before its audit failed. */
  void settledBefore(InterruptedOperation operation, CommitRecord settled) {
    if (settled.commit().recoveredBy() != null) {
      rolledForward(operation, settled);
      return;
    }
    List<TableOutcome> outcomes = new ArrayList<>();
    for (TableMove move : settled.commit().tables()) {
      outcomes.add(new TableOutcome(move.key(), move.toVersion() - 1, move.fromVersion()));
    }
    rolledBack(operation, settled.commit().id(), outcomes);
  }

  private static List<TableOutcome> moves(CommitRecord record) {
    return record.commit().tables().stream()
        .map(m -> new TableOutcome(m.key(), m.fromVersion(), m.toVersion()))
        .toList();
  }

  private void append(
      RecoveryAudit.Kind kind,
      InterruptedOperation operation,
      CommitId commit,
      List<TableOutcome> outcomes) {
    RecoveryAudit.Entry entry =
        new RecoveryAudit.Entry(
            commit,
            kind,
            operation.actor(),
            operation.id(),
            operation.writerKind(),
            outcomes,
            context.nowMicros());
    context
        .faults()
        .around(FaultPoint.RECOVERY_AUDIT, () -> context.retry().run(attempt -> tryAppend(entry)));
  }

  /** May be repeated whatever came of it: a row is added once per operation. */
  private RetryLoop.Attempt<RecoveryAudit.Entry> tryAppend(RecoveryAudit.Entry entry) {
    try {
      audit.append(entry);
      return new RetryLoop.Attempt.Done<>(entry);
    } catch (StorageException e) {
      return new RetryLoop.Attempt.Again<>(e);
    }
  }
}
