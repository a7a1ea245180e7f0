package io.omnigraph.publish;

import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.SnapshotHandle;
import java.util.function.Supplier;

/** Commits to tables, repeated for as long as the store says that nothing happened. */
final class TableCommits {

  private TableCommits() {}

  /**
   * @param point where tests break it
   * @param commit one attempt; every attempt carries the same uuid, so that one that did land after
   *     all is recognized by the next
   * @return the handle of the commit; it belongs to the caller
   * @throws io.omnigraph.model.GraphException if it was rejected too often or the outcome is
   *     unknown
   */
  static SnapshotHandle commit(
      LaneContext context, FaultPoint point, Supplier<CommitOutcome> commit) {
    return commit(context, () -> context.faults().around(point, commit));
  }

  /** The same for a commit that is broken, if at all, as part of a larger step. */
  static SnapshotHandle commit(LaneContext context, Supplier<CommitOutcome> commit) {
    return context
        .retry()
        .run(
            attempt -> {
              context.lease().requireHeld();
              return switch (commit.get()) {
                case CommitOutcome.Committed(var handle) -> new RetryLoop.Attempt.Done<>(handle);
                case CommitOutcome.Rejected(var cause) -> new RetryLoop.Attempt.Again<>(cause);
                case CommitOutcome.Unknown(var cause) -> throw cause;
              };
            });
  }
}
