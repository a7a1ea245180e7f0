package io.omnigraph.publish;

import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to make one commit of the members of a group: stage, arm, fork, commit the tables,
 * publish. Before arming a failure means that nothing happened; afterwards recovery decides what it
 * came to, here and now.
 */
final class GroupCommit implements AutoCloseable {

  /** What an attempt came to. */
  sealed interface Outcome {

    /** Visible and durable. The state belongs to the caller. */
    record Published(ManifestState state, CommitRecord record) implements Outcome {}

    /**
     * Everything was undone; it may be tried again on the newest head.
     *
     * @param restoration null if no table had moved
     */
    record Undone(RuntimeException cause, Rollback.@Nullable Restoration restoration)
        implements Outcome {}
  }

  private final LaneContext context;
  private final LaneParts parts;
  private final BranchHead head;
  private final List<Ticket<?>> members;
  private final BranchName branch;
  private final OperationInfo first;
  private final String operationId;
  private final CommitId commitId;
  private final long createdAtMicros;
  private final Map<TableKey, TableWork> works = new TreeMap<>();
  private final List<TableCreation> creations = new ArrayList<>();
  private final List<TableHandles.Lease> leases = new ArrayList<>();
  private final PublishRows rows;
  private final TableSteps tables;

  /**
   * @param operationId names the sidecar; the members' own ids are in it
   * @param lookedAt when the lane last saw that a table's newest version is the published one, by
   *     the monotonic clock; kept up here
   */
  GroupCommit(
      LaneContext context,
      LaneParts parts,
      BranchHead head,
      List<Ticket<?>> members,
      String operationId,
      Map<TableKey, Long> lookedAt) {
    this.operationId = operationId;
    this.context = context;
    this.parts = parts;
    this.head = head;
    this.members = List.copyOf(members);
    this.branch = head.manifest().branch();
    this.first = members.get(0).info();
    this.commitId = new CommitId(context.ids().nextUlid());
    this.createdAtMicros = context.nowMicros();
    this.tables =
        new TableSteps(
            context, parts.preparer(), branch, operationId, commitId, first.kind(), lookedAt);
    for (Ticket<?> member : members) {
      collect(member.work());
    }
    this.rows =
        PublishRows.of(
            context,
            head.manifest(),
            members.stream().flatMap(m -> m.work().prepared().structure().stream()).toList());
  }

  private void collect(PreparedWork<?> work) {
    work.prepared().tables().forEach((key, delta) -> work(key).add(delta, work.files(key)));
    for (StructureChange change : work.prepared().structure()) {
      if (change instanceof StructureChange.Columns columns) {
        work(columns.key()).columns = columns;
      } else if (change instanceof StructureChange.Create create) {
        creations.add(new TableCreation(context, parts.publisher(), head.manifest(), create));
      }
    }
  }

  private TableWork work(TableKey key) {
    TableEntry entry = head.manifest().tables().get(key);
    if (entry == null) {
      throw new InternalException(
          "table_not_published",
          "an operation writes table '" + key + "', which branch '" + branch + "' does not have",
          Map.of("table_key", key.toString()));
    }
    return works.computeIfAbsent(
        key, k -> new TableWork(entry, branch, parts.publisher().mintUuid()));
  }

  Outcome run() {
    stageOwned();
    context.lease().requireHeld();
    Sidecar sidecar = sidecar();
    arm(FaultPoint.SIDECAR_WRITE, sidecar);
    try {
      if (!creations.isEmpty() || works.values().stream().anyMatch(w -> w.forks)) {
        create();
        fork();
        sidecar = sidecar();
        arm(FaultPoint.SIDECAR_COMPLETE, sidecar);
      }
      commitTables();
      return publish(sidecar);
    } catch (RuntimeException | Error e) {
      return settle(sidecar, e);
    }
  }

  // ---- staging

  private void stageOwned() {
    for (TableWork work : works.values()) {
      TableHandles.Lease lease =
          context
              .handles()
              .open(work.entry.address(), head.snapshot().incarnation(), work.entry.version());
      leases.add(lease);
      work.base = lease.handle();
      if (!work.forks) {
        tables.requireFreshBase(work, lease.handle());
      }
    }
    List<Runnable> steps = new ArrayList<>();
    for (TableWork work : works.values()) {
      steps.add(() -> tables.stageOwned(work));
    }
    Parallel.run(context.executor(), steps);
  }

  // ---- arming

  private void arm(FaultPoint point, Sidecar sidecar) {
    context.faults().around(point, () -> parts.sidecars().write(sidecar));
  }

  private Sidecar sidecar() {
    List<Sidecar.Table> moved = new ArrayList<>();
    for (TableWork work : works.values()) {
      StagedWrite write = work.write;
      moved.add(
          new Sidecar.Table(
              work.entry.key(),
              work.entry.path(),
              work.target(branch).branch(),
              write == null ? work.entry.version() : write.base().version(),
              work.rowCountAfter(),
              work.forks
                  ? new Sidecar.ForkSource(work.entry.tableBranch(), work.entry.version())
                  : null,
              work.uuid,
              write == null ? null : write.redo()));
    }
    return new Sidecar(
        operationId,
        commitId,
        createdAtMicros,
        first.kind(),
        first.actor(),
        context.lease().epoch(),
        branch,
        head.manifest().head().commit(),
        first.mergedParent(),
        rows.schemaHash(),
        operations(),
        moved,
        rows.pointers(),
        rows.drops(),
        creations.stream().map(TableCreation::intent).toList());
  }

  private List<CommitOperation> operations() {
    List<CommitOperation> operations = new ArrayList<>();
    for (Ticket<?> member : members) {
      operations.add(operation(member));
    }
    return operations;
  }

  private static <R> CommitOperation operation(Ticket<R> member) {
    return new CommitOperation(
        member.info().operationId(),
        member.operation().encodeResult(member.work().prepared().result()),
        member.info().idempotencyKey(),
        member.info().requestDigest());
  }

  // ---- tables that appear, inside the armed window

  private void create() {
    for (TableCreation creation : creations) {
      rows.point(
          context
              .faults()
              .around(FaultPoint.CREATE_TABLE, () -> creation.make(operationId, commitId)));
    }
  }

  // ---- lazy forks, inside the armed window

  private void fork() {
    List<Runnable> steps = new ArrayList<>();
    for (TableWork work : works.values()) {
      if (work.forks) {
        steps.add(() -> tables.fork(work));
      }
    }
    Parallel.run(context.executor(), steps);
  }

  // ---- committing

  private void commitTables() {
    List<Runnable> steps = new ArrayList<>();
    for (TableWork work : works.values()) {
      steps.add(() -> tables.commit(work));
    }
    Parallel.run(context.executor(), steps);
  }

  private Outcome publish(Sidecar sidecar) {
    for (TableWork work : works.values()) {
      SnapshotHandle landed = Objects.requireNonNull(work.committed);
      rows.move(work.entry, work.entryAfter(branch), landed.manifestFile());
    }
    CommitRecord record = rows.record(sidecar, null);
    HeadPublisher.Outcome outcome =
        parts
            .publisher()
            .publish(
                head.manifest(),
                rows.rows(record),
                rows.head(sidecar, context.lease().epoch()),
                sidecar.operationId(),
                sidecar.kind());
    return switch (outcome) {
      case HeadPublisher.Outcome.Published(var state) -> {
        handOver();
        yield new Outcome.Published(state, record);
      }
      case HeadPublisher.Outcome.HeadMoved(var state) -> {
        state.close();
        throw new StorageException(
            "manifest_head_moved",
            "the head of branch '" + branch + "' moved although this process owns the graph",
            Map.of("branch", branch.value()));
      }
      case HeadPublisher.Outcome.Unknown(var cause) -> throw cause;
    };
  }

  private void handOver() {
    for (TableWork work : works.values()) {
      SnapshotHandle landed = Objects.requireNonNull(work.committed);
      work.committed = null;
      work.rememberIds(landed, parts.preparer().fileIds());
      context.handles().transfer(landed, head.snapshot().incarnation());
    }
  }

  // ---- after a failure in the armed window

  private Outcome settle(Sidecar sidecar, Throwable failure) {
    close();
    GraphException cause =
        failure instanceof GraphException known
            ? known
            : new InternalException(
                "write_failed", "an unexpected error: " + failure.getMessage(), Map.of(), failure);
    try {
      context.lease().requireHeld();
      return switch (parts.recovery().settle(sidecar)) {
        case Recovery.Settled.Published(var record) ->
            new Outcome.Published(context.manifests().openHead(branch), record);
        case Recovery.Settled.Undone(var restoration) -> new Outcome.Undone(cause, restoration);
      };
    } catch (GraphException e) {
      e.addSuppressed(cause);
      throw outcomeUnknown(sidecar, e, cause);
    }
  }

  private RecoveryRequiredException outcomeUnknown(
      Sidecar sidecar, GraphException e, @Nullable GraphException cause) {
    return new RecoveryRequiredException(
        "write_outcome_unknown",
        "it is not known yet whether the write took effect ("
            + (cause == null ? e : cause).getMessage()
            + "). Recovery settles it before the next write; look for commit "
            + commitId
            + " before repeating the request",
        Map.of(
            "operation_id", sidecar.operationId(),
            "graph_commit_id", commitId.value(),
            "branch", branch.value()),
        e);
  }

  @Override
  public void close() {
    works.values().forEach(TableWork::close);
    leases.forEach(TableHandles.Lease::close);
    leases.clear();
  }
}
