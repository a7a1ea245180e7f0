package io.omnigraph.publish;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TransactionTag;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Every lane of one graph root, in the one process that owns it. The way into the write path:
 * {@link #submit} takes an operation and returns once its commit is durable. Thread-safe.
 */
public final class Lanes implements AutoCloseable {

  private final LaneContext context;
  private final LaneParts parts;
  private final RecoveryAudit audit;
  private final Map<BranchName, Lane> lanes = new ConcurrentHashMap<>();

  public Lanes(LaneContext context) {
    this.context = context;
    this.audit = new RecoveryAudit(context.storage(), context.ids());
    SidecarStore sidecars = new SidecarStore(context.objects());
    HeadPublisher publisher = new HeadPublisher(context);
    this.parts =
        new LaneParts(
            new Preparer(context),
            sidecars,
            publisher,
            new Recovery(context, sidecars, publisher, audit),
            new SidecarCleaner(context, sidecars));
  }

  /**
   * Settles everything an earlier owner left. Called once, after the lease was taken and before
   * anything else.
   *
   * @throws io.omnigraph.model.RecoveryRequiredException if a sidecar cannot be read
   */
  public void recoverAll() {
    parts.sidecars().deleteTorn();
    parts.recovery().sweep();
  }

  /**
   * Runs an operation to its end and returns its commit and its result.
   *
   * @throws NotFoundException if there is no such branch
   * @throws io.omnigraph.model.ManifestConflictException if a strict operation's base moved
   * @throws io.omnigraph.model.PreconditionFailedException if the expected head is another one
   * @throws io.omnigraph.model.RecoveryRequiredException if the outcome is not known yet
   */
  public <R> Receipt<R> submit(LaneOperation<R> operation) {
    BranchName branch = operation.info().branch();
    snapshot(branch);
    return lane(branch).submit(operation);
  }

  /**
   * The published head of a branch, without a look at the store once the branch is loaded.
   *
   * @throws NotFoundException if there is no such branch
   */
  public Snapshot snapshot(BranchName branch) {
    return snapshot(branch, lane -> lane.head().snapshot());
  }

  /**
   * The head that a write to a branch is compiled against. What an interrupted write left there is
   * settled first: it may be a change of the schema.
   *
   * @throws NotFoundException if there is no such branch
   * @throws io.omnigraph.model.RecoveryRequiredException if it cannot be settled
   */
  public Snapshot settledSnapshot(BranchName branch) {
    return snapshot(branch, Lane::settledSnapshot);
  }

  private Snapshot snapshot(BranchName branch, Function<Lane, Snapshot> look) {
    Lane lane = lane(branch);
    try {
      return look.apply(lane);
    } catch (NotFoundException e) {
      lanes.remove(branch, lane);
      throw e;
    }
  }

  /** The history of a branch. */
  public CommitGraph graph(BranchName branch) {
    snapshot(branch);
    return lane(branch).head().graph();
  }

  /** Runs something alone in the lane of a branch: nothing is committed there meanwhile. */
  public <T> T alone(BranchName branch, Supplier<T> task) {
    return lane(branch).alone(task);
  }

  /**
   * Runs work on the files of tables that a branch owns, alone in its lane, and publishes it as one
   * physical commit.
   *
   * @param choose looks at the head and says what to do by table; tables that the branch only
   *     inherits are left out
   * @return the commit; empty if no table moved
   */
  public Optional<GraphCommit> maintain(
      BranchName branch, Function<Snapshot, Map<TableKey, TableUpkeep>> choose) {
    return Optional.ofNullable(lane(branch).maintain(choose));
  }

  /**
   * Commits an empty version on top of a table that no branch shows. Call it inside {@link #alone}.
   *
   * @param head open at the newest version; stays open
   * @return the empty version; the caller closes it
   */
  public SnapshotHandle emptyHidden(SnapshotHandle head, Schema columns) {
    context.lease().requireHeld();
    SnapshotHandle handle =
        context
            .storage()
            .commit(
                context.storage().stageReplacement(head, columns),
                new TransactionTag(parts.publisher().mintUuid(), Map.of("omni.op", "purge")))
            .orElseThrow();
    context.storage().forceCommitted(handle);
    return handle;
  }

  /** Settles what a failure left on a branch, if anything. */
  public void heal(BranchName branch) {
    lane(branch).heal();
  }

  /** The oldest version of each lineage that a running or unsettled operation builds on. */
  public Map<TableAddress, Long> openBases() {
    // What is published already is only waiting for its sidecar to be removed.
    parts.cleaner().awaitIdle();
    Map<TableAddress, Long> bases = new HashMap<>();
    for (SidecarStore.Found found : parts.sidecars().list()) {
      if (found instanceof SidecarStore.Found.Current(var key, var sidecar)) {
        for (Sidecar.Table table : sidecar.tables()) {
          bases.merge(table.address(), table.baseVersion(), Math::min);
          Sidecar.ForkSource source = table.forkFrom();
          if (source != null) {
            bases.merge(
                new TableAddress(table.path(), source.tableBranch()), source.version(), Math::min);
          }
        }
        sidecar
            .pointers()
            .forEach(
                p ->
                    bases.merge(
                        new TableAddress(p.path(), p.tableBranch()), p.version(), Math::min));
      }
    }
    return bases;
  }

  /**
   * Takes note of a branch that was just made, so that its first use need not read what its source
   * has in memory.
   *
   * @param created the manifest of the new branch; owned by the lanes from here on
   */
  public void forked(BranchName from, BranchName name, SnapshotHandle created) {
    BranchHead source = lane(from).head().current();
    if (source == null || source.manifest().version() != created.version()) {
      created.close();
      return;
    }
    lane(name).head().adopt(source.manifest().forkedAs(name, created));
  }

  /** Forgets a branch that was deleted; its waiting operations fail with "not found". */
  public void retire(BranchName branch) {
    Lane lane = lanes.remove(branch);
    if (lane != null) {
      lane.retire();
    }
  }

  /** How many operations wait for their turn on a branch: a gauge. */
  public int waiting(BranchName branch) {
    Lane lane = lanes.get(branch);
    return lane == null ? 0 : lane.waiting();
  }

  /** The audit of recovery. */
  public RecoveryAudit audit() {
    return audit;
  }

  /** Waits until every lane has done what waits there now, removals of sidecars included. */
  public void awaitIdle() {
    lanes.values().forEach(lane -> lane.alone(() -> Boolean.TRUE));
    parts.cleaner().awaitIdle();
  }

  private Lane lane(BranchName branch) {
    if (branch.isInternal()) {
      throw new BadRequestException(
          "internal_branch",
          "branch '" + branch + "' is internal",
          Map.of("branch", branch.value()));
    }
    return lanes.computeIfAbsent(branch, b -> new Lane(b, context, parts));
  }

  /** Lets what waits finish, then closes what is open. */
  @Override
  public void close() {
    lanes.values().forEach(Lane::close);
    parts.cleaner().awaitIdle();
  }
}
