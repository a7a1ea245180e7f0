package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StagedWrite;
import java.util.Map;
import java.util.Objects;

/**
 * What one group commit does to single tables: it writes files that are missing, stages, forks,
 * commits. Steps of different tables may run side by side, except for {@link #requireFreshBase}.
 */
final class TableSteps {

  private final LaneContext context;
  private final Preparer preparer;
  private final BranchName branch;
  private final String operationId;
  private final CommitId commitId;
  private final CommitKind kind;
  private final Map<TableKey, Long> lookedAt;

  /**
   * @param lookedAt when the lane last saw that a table's newest version is the published one, by
   *     the monotonic clock; kept up here
   */
  TableSteps(
      LaneContext context,
      Preparer preparer,
      BranchName branch,
      String operationId,
      CommitId commitId,
      CommitKind kind,
      Map<TableKey, Long> lookedAt) {
    this.context = context;
    this.preparer = preparer;
    this.branch = branch;
    this.operationId = operationId;
    this.commitId = commitId;
    this.kind = kind;
    this.lookedAt = lookedAt;
  }

  /** Never commit from a handle that was opened long ago without looking at the table again. */
  void requireFreshBase(TableWork work, SnapshotHandle base) {
    long now = context.nanoTime().getAsLong();
    Long seen = lookedAt.put(work.entry.key(), now);
    if (seen != null
        && now - seen > LaneHead.FRESH.toNanos()
        && context.storage().latestVersion(base) != base.version()) {
      throw new TableDriftException(work.entry.key(), base.version());
    }
  }

  /** Writes what is missing, and stages unless the table is forked first. */
  void stageOwned(TableWork work) {
    writeMissingFiles(work);
    if (!work.forks) {
      stage(work, Objects.requireNonNull(work.base));
    }
  }

  private void writeMissingFiles(TableWork work) {
    for (int i = 0; i < work.deltas().size(); i++) {
      TableDelta delta = work.deltas().get(i);
      StagedFiles written = work.written(i);
      if (delta.added().rowCount() > 0 && !Preparer.fits(written, branch)) {
        work.setWritten(
            i, preparer.write(Objects.requireNonNull(work.base), work.entry, branch, delta));
      }
    }
  }

  private void stage(TableWork work, SnapshotHandle on) {
    StagedWrite write =
        context
            .faults()
            .around(FaultPoint.STAGE_TRANSACTION, () -> work.stage(context.storage(), on));
    context.faults().around(FaultPoint.FORCE_STAGED, () -> context.storage().forceStaged(write));
    work.write = write;
  }

  /** A lazy fork, inside the armed window. */
  void fork(TableWork work) {
    SnapshotHandle source = Objects.requireNonNull(work.base);
    LazyFork.Forked forked = LazyFork.fork(context, source, work.entry, branch);
    SnapshotHandle fork = forked.handle();
    work.fork = fork;
    context.faults().around(FaultPoint.FORCE_TABLE, () -> context.storage().forceFork(fork));
    if (forked.reclaimed()) {
      // Removing the residue took the files along that were written ahead.
      for (int i = 0; i < work.deltas().size(); i++) {
        work.setWritten(i, null);
      }
      writeMissingFiles(work);
    }
    stage(work, fork);
  }

  void commit(TableWork work) {
    StagedWrite write = Objects.requireNonNull(work.write);
    SnapshotHandle committed =
        TableCommits.commit(
            context,
            FaultPoint.TABLE_COMMIT,
            () ->
                context
                    .storage()
                    .commit(write, HeadPublisher.tag(work.uuid, operationId, commitId, kind)));
    work.committed = committed;
    context
        .faults()
        .around(FaultPoint.FORCE_TABLE, () -> context.storage().forceCommitted(committed));
  }
}
