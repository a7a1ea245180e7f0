package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.RecoveryRequiredException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the commits of recovery. The lane of the branch is closed meanwhile, so a head that
 * moves under it, or an outcome that stays unknown, ends the run; the next one begins anew.
 */
final class RecoveryPublisher {

  private final LaneContext context;
  private final HeadPublisher publisher;

  RecoveryPublisher(LaneContext context, HeadPublisher publisher) {
    this.context = context;
    this.publisher = publisher;
  }

  /**
   * Publishes what the rows hold.
   *
   * @param publish the intent whose commit it is
   * @param recoveredBy set if the commit is not recovery's own but one that it finishes
   * @param operationId the operation that is settled
   * @throws RecoveryRequiredException if the head moved
   * @throws GraphException if the outcome is unknown
   */
  CommitRecord publish(
      ManifestState state,
      PublishRows rows,
      Sidecar publish,
      @Nullable ActorId recoveredBy,
      String operationId) {
    CommitRecord record = rows.record(publish, recoveredBy);
    HeadPublisher.Outcome outcome =
        context
            .faults()
            .around(
                FaultPoint.RECOVERY_PUBLISH,
                () ->
                    publisher.publish(
                        state,
                        rows.rows(record),
                        rows.head(publish, context.lease().epoch()),
                        operationId,
                        publish.kind()));
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
    return record;
  }

  /** Publishes a lineage-only commit that says what an interrupted operation came to. */
  CommitRecord publishNote(ManifestState state, InterruptedOperation operation) {
    Sidecar note = intent(state, operation);
    return publish(
        state, PublishRows.of(context, state, note), note, ActorId.RECOVERY, operation.id());
  }

  /** A commit without sidecar of its own that names, by operation, what it settles. */
  Sidecar intent(ManifestState state, InterruptedOperation operation) {
    return Sidecar.withoutTables(
        operation.id(),
        new CommitId(context.ids().nextUlid()),
        context.nowMicros(),
        CommitKind.RECOVERY,
        ActorId.RECOVERY,
        context.lease().epoch(),
        state,
        null);
  }
}
