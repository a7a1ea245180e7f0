package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.CommitId;
import java.util.Optional;

/** What the lineage of a branch says of an interrupted operation, whatever its tables look like. */
sealed interface Standing {

  /** Its own commit is there: only the sidecar was left. */
  record Published(CommitRecord record) implements Standing {}

  /** An earlier run of recovery settled it with this commit, and was interrupted itself. */
  record SettledBefore(CommitRecord record) implements Standing {}

  /** Nothing shows it: its tables decide. */
  record Open() implements Standing {}

  static Standing of(InterruptedOperation operation, CommitLog log, ManifestState state) {
    CommitId commit = operation.commit();
    if (commit != null) {
      Optional<CommitRecord> own = log.find(state, commit);
      if (own.isPresent()) {
        return new Published(own.get());
      }
    }
    return recoveryCommitOf(operation, log, state)
        .<Standing>map(SettledBefore::new)
        .orElseGet(Open::new);
  }

  /** The commit by which recovery settled an operation in an earlier, interrupted run. */
  static Optional<CommitRecord> recoveryCommitOf(
      InterruptedOperation operation, CommitLog log, ManifestState state) {
    return log.records(state, 0).stream()
        .filter(
            r ->
                r.commit().kind() == CommitKind.RECOVERY
                    || ActorId.RECOVERY.equals(r.commit().recoveredBy()))
        .filter(r -> r.operations().stream().anyMatch(o -> o.operationId().equals(operation.id())))
        .findFirst();
  }
}
