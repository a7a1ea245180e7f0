package io.omnigraph.storage;

import io.omnigraph.model.GraphException;

/**
 * What became of a commit. Only {@link Rejected} may be retried or cleaned up; {@link Unknown} goes
 * to recovery, which looks before it acts.
 */
public sealed interface CommitOutcome {

  /** It landed as the version right after its base. The handle belongs to the caller. */
  record Committed(SnapshotHandle handle) implements CommitOutcome {}

  /** Nothing happened: the head did not move by us. */
  record Rejected(GraphException cause) implements CommitOutcome {}

  /** The store did not tell whether it happened, or something else landed beside it. */
  record Unknown(GraphException cause) implements CommitOutcome {}
}
