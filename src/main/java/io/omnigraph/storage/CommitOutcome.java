package io.omnigraph.storage;

import io.omnigraph.model.GraphException;

/**
 * What became of a commit. Only {@link Rejected} may be retried or cleaned up; {@link Unknown} goes
 * to recovery, which looks before it acts.
 */
public sealed interface CommitOutcome {

  /**
   * For callers that neither retry nor settle a failure themselves.
   *
   * @return the handle of the commit; it belongs to the caller
   * @throws GraphException the cause, if the commit was rejected or its outcome is unknown
   */
  default SnapshotHandle orElseThrow() {
    return switch (this) {
      case Committed(var handle) -> handle;
      case Rejected(var cause) -> throw cause;
      case Unknown(var cause) -> throw cause;
    };
  }

  /** It landed as the version right after its base. The handle belongs to the caller. */
  record Committed(SnapshotHandle handle) implements CommitOutcome {}

  /** Nothing happened: the head did not move by us. */
  record Rejected(GraphException cause) implements CommitOutcome {}

  /** The store did not tell whether it happened, or something else landed beside it. */
  record Unknown(GraphException cause) implements CommitOutcome {}
}
