package io.omnigraph.publish;

import io.omnigraph.model.CommitId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One operation on its way through a lane, and the place where its caller waits. */
final class Ticket<R> {

  private final LaneOperation<R> operation;
  private final OperationInfo info;
  private final CompletableFuture<Receipt<R>> done = new CompletableFuture<>();
  private PreparedWork<R> work;

  Ticket(LaneOperation<R> operation, OperationInfo info, PreparedWork<R> work) {
    this.operation = operation;
    this.info = info;
    this.work = work;
  }

  OperationInfo info() {
    return info;
  }

  LaneOperation<R> operation() {
    return operation;
  }

  PreparedWork<R> work() {
    return work;
  }

  /** Prepares anew on a newer snapshot. */
  void prepareAgain(Preparer preparer, io.omnigraph.manifest.Snapshot snapshot) {
    PreparedWork<R> next = preparer.prepare(operation, snapshot);
    work.close();
    work = next;
  }

  boolean isDone() {
    return done.isDone();
  }

  void complete(Receipt<R> receipt) {
    done.complete(receipt);
  }

  void completeWith(io.omnigraph.commit.@Nullable GraphCommit commit) {
    done.complete(new Receipt<>(info.operationId(), commit, work.prepared().result(), false));
  }

  void fail(Throwable failure) {
    done.completeExceptionally(failure);
  }

  /** Waits for the end; an interrupt does not stop an operation that is on its way. */
  Receipt<R> await() {
    return LaneQueue.join(done);
  }

  /** True if both may share a commit, as far as that can be said without looking at their data. */
  boolean mayJoin(Ticket<?> first) {
    return info.groupable()
        && first.info.groupable()
        && info.kind() == first.info.kind()
        && java.util.Objects.equals(info.actor(), first.info.actor())
        && info.expectedHead() == null
        && first.info.expectedHead() == null
        && info.mergedParent() == null
        && first.info.mergedParent() == null;
  }

  @Nullable CommitId expectedHead() {
    return info.expectedHead();
  }
}
