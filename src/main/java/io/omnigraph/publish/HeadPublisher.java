package io.omnigraph.publish;

import com.github.f4b6a3.ulid.Ulid;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.manifest.HeadRow;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.StagedPublish;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.StorageException;
import io.omnigraph.publish.RetryLoop.Attempt;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.TransactionTag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a commit visible: stages the manifest update, forces it, commits it, forces the result. The
 * answer is exact; an error of the store is looked into before it is believed.
 */
final class HeadPublisher {

  /** What became of a publish. */
  sealed interface Outcome {

    /** It is visible and durable. The state belongs to the caller. */
    record Published(ManifestState state) implements Outcome {}

    /** Somebody else moved the head; ours is not there. The state belongs to the caller. */
    record HeadMoved(ManifestState state) implements Outcome {}

    /** The store did not tell. */
    record Unknown(GraphException cause) implements Outcome {}
  }

  /** The property of a transaction that names the operation it belongs to. */
  static final String OPERATION = "omni.operation";

  private final LaneContext context;

  HeadPublisher(LaneContext context) {
    this.context = context;
  }

  /** Identifies one transaction of an operation. */
  static TransactionTag tag(String uuid, String operationId, CommitId commit, CommitKind kind) {
    return new TransactionTag(
        uuid,
        Map.of(OPERATION, operationId, "omni.commit", commit.value(), "omni.op", kind.word()));
  }

  String mintUuid() {
    return Ulid.from(context.ids().nextUlid()).toUuid().toString();
  }

  /**
   * Publishes rows and the new head.
   *
   * @param base stays open; the caller closes it when it is no longer needed
   */
  Outcome publish(
      ManifestState base,
      List<ManifestRow> rows,
      HeadRow head,
      String operationId,
      CommitKind kind) {
    return context
        .retry()
        .run(attempt -> attempt(base, rows, head, operationId, kind, attempt > 1));
  }

  private Attempt<Outcome> attempt(
      ManifestState base,
      List<ManifestRow> rows,
      HeadRow head,
      String operationId,
      CommitKind kind,
      boolean lookFirst) {
    if (lookFirst) {
      Attempt<Outcome> found = look(base, head, null);
      if (found instanceof Attempt.Done<Outcome>) {
        return found;
      }
    }
    context.lease().requireHeld();
    StagedPublish staged;
    try {
      staged =
          context
              .faults()
              .around(FaultPoint.PUBLISH_STAGE, () -> context.manifests().stage(base, rows, head));
      context
          .faults()
          .around(FaultPoint.FORCE_STAGED, () -> context.storage().forceStaged(staged.write()));
    } catch (StorageException e) {
      return new Attempt.Again<>(e);
    }
    try {
      CommitOutcome outcome =
          context
              .faults()
              .around(
                  FaultPoint.PUBLISH_COMMIT,
                  () ->
                      context
                          .storage()
                          .commit(
                              staged.write(), tag(mintUuid(), operationId, head.commit(), kind)));
      return switch (outcome) {
        case CommitOutcome.Committed(var handle) -> {
          ManifestState next = context.manifests().advance(staged, handle);
          context
              .faults()
              .around(FaultPoint.FORCE_MANIFEST, () -> context.storage().forceCommitted(handle));
          yield new Attempt.Done<>(new Outcome.Published(next));
        }
        case CommitOutcome.Rejected(var cause) -> look(base, head, cause);
        case CommitOutcome.Unknown(var cause) -> look(base, head, cause);
      };
    } catch (GraphException e) {
      return look(base, head, e);
    }
  }

  /** Looks for our commit in the lineage of the newest version. */
  private Attempt<Outcome> look(ManifestState base, HeadRow head, @Nullable GraphException cause) {
    ManifestState newest;
    try {
      newest = context.manifests().openHead(base.branch());
    } catch (GraphException e) {
      if (cause != null) {
        e.addSuppressed(cause);
      }
      return new Attempt.Done<>(new Outcome.Unknown(e));
    }
    try {
      if (context.manifests().find(newest.handle(), head.commit()).isPresent()) {
        context.storage().forceCommitted(newest.handle());
        return new Attempt.Done<>(new Outcome.Published(newest));
      }
    } catch (GraphException e) {
      newest.close();
      return new Attempt.Done<>(new Outcome.Unknown(e));
    }
    if (newest.version() == base.version() && newest.incarnation().equals(base.incarnation())) {
      newest.close();
      return new Attempt.Again<>(
          cause == null
              ? new ConflictException("publish_rejected", "the manifest publish was rejected")
              : cause);
    }
    requireNotReplaced(newest);
    return new Attempt.Done<>(new Outcome.HeadMoved(newest));
  }

  /** A head published under a higher epoch means that another owner has taken over. */
  private void requireNotReplaced(ManifestState newest) {
    if (newest.head().epoch() > context.lease().epoch()) {
      newest.close();
      throw new ConflictException(
          "writer_lease_lost",
          "another owner (epoch "
              + newest.head().epoch()
              + ") has taken over this graph; open it again to write",
          Map.of("epoch", context.lease().epoch(), "found", newest.head().epoch()));
    }
  }
}
