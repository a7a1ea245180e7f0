package io.omnigraph.publish;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a branch moves: an ordered queue with one committer at a time. Callers
 * prepare outside, in parallel, and wait here. What waits when the committer becomes free may share
 * one commit. All mutable state below the queue belongs to the thread that is the committer.
 */
final class Lane {

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final int MAX_ATTEMPTS = 4;

  private final BranchName branch;
  private final LaneContext context;
  private final LaneParts parts;
  private final LaneHead head;
  private final LaneQueue queue;
  private final LaneUpkeep upkeep;
  private volatile boolean recoveryPending;
  private final Map<TableKey, Long> lookedAt = new HashMap<>();

  Lane(BranchName branch, LaneContext context, LaneParts parts) {
    this.branch = branch;
    this.context = context;
    this.parts = parts;
    this.head = new LaneHead(branch, context);
    this.queue = new LaneQueue(context.executor(), context.groupLimit(), this::process);
    this.upkeep = new LaneUpkeep(context, parts, this::requireRecovery);
  }

  /** What is known of the branch; moved by this lane alone. */
  LaneHead head() {
    return head;
  }

  /** The head that a write builds on: what is pending on the branch is settled before. */
  Snapshot settledSnapshot() {
    if (recoveryPending) {
      heal();
    }
    return head.snapshot();
  }

  // ---- what writers do

  <R> Receipt<R> submit(LaneOperation<R> operation) {
    OperationInfo info = operation.info();
    head.requireAlive();
    context.lease().requireHeld();
    if (recoveryPending) {
      // First, so that the base is what recovery makes of the branch: no conflict with itself.
      heal();
    }
    PreparedWork<R> work;
    try {
      work = prepare(operation);
    } catch (GraphException e) {
      // What was done once may not be possible twice: an append meets the keys it brought.
      Optional<Receipt<R>> earlier = replayed(operation);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      throw e;
    }
    Ticket<R> ticket = new Ticket<>(operation, info, work);
    try {
      queue.enter(ticket);
      return ticket.await();
    } finally {
      ticket.work().close();
    }
  }

  private <R> Optional<Receipt<R>> replayed(LaneOperation<R> operation) {
    OperationInfo info = operation.info();
    if (info.idempotencyKey() == null) {
      return Optional.empty();
    }
    return alone(
        () ->
            head.idempotency()
                .find(context.log(), readyHead().manifest(), info, context.nowMicros())
                .map(entry -> entry.receipt(operation)));
  }

  private <R> PreparedWork<R> prepare(LaneOperation<R> operation) {
    try {
      return parts.preparer().prepare(operation, head.snapshot());
    } catch (GraphException e) {
      // Only what comes from below has a cause; a request that is wrong in itself has none.
      if (e.getCause() == null || !alone(() -> parts.recovery().removeTornHeads(branch))) {
        throw e;
      }
      LOG.warn("torn manifests of tables of branch {} were removed", branch, e);
      return parts.preparer().prepare(operation, head.snapshot());
    }
  }

  /** Runs something alone in the lane and waits for it. */
  <T> T alone(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    queue.enter(
        () -> {
          try {
            done.complete(task.get());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return LaneQueue.join(done);
  }

  /** Settles what an earlier failure left on this branch, if anything. */
  void heal() {
    alone(
        () -> {
          readyHead();
          return Boolean.TRUE;
        });
  }

  /** Makes the next operation settle what this branch's sidecars left. */
  void requireRecovery() {
    recoveryPending = true;
  }

  // ---- the committer

  private void process(List<Ticket<?>> waiting) {
    List<Ticket<?>> pending = waiting;
    try {
      for (int attempt = 1; !pending.isEmpty(); attempt++) {
        BranchHead at = readyHead();
        LaneAdmission admission = head.admission(parts.preparer());
        // From here on only the members are this turn's; who is put back gets another one.
        pending = admission.admit(pending, at);
        queue.putBack(admission.postponed());
        if (pending.isEmpty()) {
          return;
        }
        RuntimeException undone = commit(at, pending, attempt);
        if (undone == null) {
          return;
        }
        if (attempt >= MAX_ATTEMPTS) {
          throw undone;
        }
        pending.forEach(m -> m.work().forgetFiles());
      }
    } catch (RuntimeException | Error e) {
      failAll(pending, e);
    }
  }

  private static void failAll(List<Ticket<?>> tickets, Throwable failure) {
    for (Ticket<?> ticket : tickets) {
      if (!ticket.isDone()) {
        ticket.fail(failure);
      }
    }
  }

  /**
   * @return null if the members are done; otherwise why everything was undone
   */
  private @Nullable RuntimeException commit(BranchHead at, List<Ticket<?>> members, int attempt) {
    // Before anything is published: what fails afterwards could not be reported any more.
    Footprint footprint = Footprint.NOTHING;
    for (Ticket<?> member : members) {
      footprint = footprint.and(member.work().footprint());
    }
    // A repeated attempt is another operation to recovery, which may have settled the first.
    String operationId =
        attempt == 1 ? members.get(0).info().operationId() : context.ids().nextUlid();
    try (GroupCommit commit = new GroupCommit(context, parts, at, members, operationId, lookedAt)) {
      return switch (commit.run()) {
        case GroupCommit.Outcome.Published(var state, var record) -> {
          head.install(state, record, footprint);
          acknowledge(members, record.commit());
          parts.cleaner().deleteLater(operationId, this::requireRecovery);
          if (upkeep.due(record, state)) {
            maintain();
          }
          yield null;
        }
        case GroupCommit.Outcome.Undone(var cause, var restoration) -> {
          head.restored(restoration);
          yield cause;
        }
      };
    } catch (TableDriftException e) {
      lookedAt.clear();
      head.restored(parts.recovery().restoreDrift(branch));
      return e;
    } catch (RecoveryRequiredException e) {
      recoveryPending = true;
      throw e;
    }
  }

  private void acknowledge(List<Ticket<?>> members, GraphCommit commit) {
    try {
      context
          .faults()
          .around(FaultPoint.ACKNOWLEDGE, () -> members.forEach(m -> m.completeWith(commit)));
    } finally {
      emit(commit);
    }
  }

  private void emit(GraphCommit commit) {
    try {
      context
          .faults()
          .around(
              FaultPoint.EMIT_EVENT,
              () -> context.listener().onCommit(new CommitEvent(context.graphName(), commit)));
    } catch (RuntimeException e) {
      LOG.warn("a commit listener failed on {}; the commit stands", commit.id(), e);
    }
  }

  /** The head to build on: recovered if needed, and looked at again if it is old. */
  private BranchHead readyHead() {
    head.requireAlive();
    context.lease().requireHeld();
    if (recoveryPending) {
      parts.cleaner().awaitIdle();
      parts.recovery().sweep(branch);
      recoveryPending = false;
      head.forget();
    }
    return head.fresh();
  }

  // ---- upkeep

  private void maintain() {
    try {
      BranchHead at = readyHead();
      upkeep.run(at, this::installMaintenance);
    } catch (GraphException e) {
      LOG.warn("folding the small files of branch {} failed; it is tried again later", branch, e);
      recoveryPending = true;
    }
  }

  /**
   * Runs work on the files of tables that this branch owns, alone in the lane.
   *
   * @param choose looks at the head and says what to do; nothing is written if it says nothing
   * @return the commit that publishes it; null if no table moved
   */
  @Nullable GraphCommit maintain(Function<Snapshot, Map<TableKey, TableUpkeep>> choose) {
    return alone(
        () -> {
          try {
            return maintainAlone(choose);
          } catch (TableDriftException e) {
            LOG.warn("branch {} is maintained after its tables were restored", branch, e);
            return maintainAlone(choose);
          }
        });
  }

  private @Nullable GraphCommit maintainAlone(
      Function<Snapshot, Map<TableKey, TableUpkeep>> choose) {
    BranchHead at = readyHead();
    Map<TableEntry, TableUpkeep> work = new LinkedHashMap<>();
    new TreeMap<>(choose.apply(at.snapshot()))
        .forEach((key, upkeep) -> work.put(at.snapshot().table(key), upkeep));
    work.keySet().removeIf(entry -> !entry.ownedBy(branch));
    if (work.isEmpty()) {
      return null;
    }
    CommitRecord[] published = new CommitRecord[1];
    try {
      new PhysicalCommit(context, parts, this::requireRecovery)
          .run(
              at.manifest(),
              work,
              (state, record, footprint) -> {
                installMaintenance(state, record, footprint);
                published[0] = record;
              });
    } catch (RuntimeException e) {
      // Indices may stand on versions that no one published; recovery takes them back.
      recoveryPending = true;
      throw e;
    }
    return published[0] == null ? null : published[0].commit();
  }

  /** Called by the upkeep with what it published; nothing changed but addresses. */
  private void installMaintenance(
      ManifestState state, @Nullable CommitRecord record, Footprint footprint) {
    if (record != null) {
      head.install(state, record, footprint);
      emit(record.commit());
    } else {
      head.installFolded(state);
    }
  }

  // ---- the end

  /** Stops the lane of a branch that is being deleted; whoever waits gets "not found". */
  void retire() {
    head.retire();
    NotFoundException gone =
        ManifestStore.branchNotFound(branch, new IllegalStateException("deleted"));
    for (Ticket<?> ticket : queue.drainTickets()) {
      ticket.fail(gone);
    }
    head.release();
  }

  /** Waits for the committer and closes what is open. */
  void close() {
    queue.close();
    head.release();
  }

  static InternalException closed() {
    return new InternalException("graph_closed", "the graph was closed", Map.of());
  }

  /** True for commits that change files but no data. */
  static boolean isPhysical(GraphCommit commit) {
    return commit.kind() == CommitKind.MAINTENANCE || commit.kind() == CommitKind.RECOVERY;
  }

  int waiting() {
    return queue.waiting();
  }
}
