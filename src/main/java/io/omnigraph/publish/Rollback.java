package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.RecoveryAudit.TableOutcome;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TransactionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what an interrupted operation did to tables. Restoring is safe here alone: no other
 * writer exists while the owner recovers.
 */
final class Rollback {

  private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

  /** A table whose newest version is not the published one. */
  record Drift(TableEntry published, SnapshotHandle head) {}

  /**
   * A publish that put tables to new versions with the content of the published ones.
   *
   * @param before manifest version it built on
   * @param after manifest version it made
   */
  record Restoration(long before, long after, Set<TableKey> tables) {}

  private final LaneContext context;
  private final HeadPublisher heads;
  private final RecoveryPublisher publisher;
  private final SettlementAudit audit;

  Rollback(
      LaneContext context,
      HeadPublisher heads,
      RecoveryPublisher publisher,
      SettlementAudit audit) {
    this.context = context;
    this.heads = heads;
    this.publisher = publisher;
    this.audit = audit;
  }

  /**
   * Restores and publishes, so that every table's newest version is the published one again.
   *
   * @return null if no table had moved
   */
  @Nullable Restoration run(
      ManifestState state, List<Drift> drifted, InterruptedOperation operation) {
    if (drifted.isEmpty()) {
      return null;
    }
    Sidecar undo = publisher.intent(state, operation);
    PublishRows rows = PublishRows.of(context, state, undo);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (Drift drift : drifted) {
      TableEntry published = drift.published();
      try (SnapshotHandle restored = restore(drift, undo)) {
        context.storage().forceCommitted(restored);
        rows.move(
            published,
            new TableEntry(
                published.key(),
                published.path(),
                restored.version(),
                published.tableBranch(),
                published.rowCount()),
            restored.manifestFile());
        outcomes.add(
            new TableOutcome(published.key(), drift.head().version(), published.version()));
      }
    }
    publisher.publish(state, rows, undo, null, operation.id());
    LOG.warn("recovery rolled back operation {}: {}", operation.id(), outcomes);
    audit.rolledBack(operation, undo.commitId(), outcomes);
    return new Restoration(
        state.version(),
        state.version() + 1,
        drifted.stream().map(d -> d.published().key()).collect(Collectors.toUnmodifiableSet()));
  }

  private SnapshotHandle restore(Drift drift, Sidecar undo) {
    TransactionTag tag =
        HeadPublisher.tag(
            heads.mintUuid(), undo.operationId(), undo.commitId(), CommitKind.RECOVERY);
    return TableCommits.commit(
        context,
        FaultPoint.RECOVERY_RESTORE,
        () -> context.storage().restore(drift.head(), drift.published().version(), tag));
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
}
