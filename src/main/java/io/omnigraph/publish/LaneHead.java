package io.omnigraph.publish;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.TableKey;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of a branch knows of it without a look at the store: its published head, its
 * history, what the newest commits touched and which requests they answered. Reading is
 * thread-safe; moving the head is for the lane's committer only, and so is {@link #admission}.
 */
final class LaneHead {

  private static final Logger LOG = LoggerFactory.getLogger(LaneHead.class);

  /** How long the store is not asked whether a head is still the newest version. */
  static final Duration FRESH = Duration.ofSeconds(60);

  private final BranchName branch;
  private final LaneContext context;

  /** What the last publish or look at the store showed; null before the first and after trouble. */
  private volatile @Nullable BranchHead head;

  private volatile @Nullable CommitGraph graph;

  /** The history while its past is being read. */
  private volatile @Nullable CommitGraph pendingGraph;

  private volatile boolean deleted;
  private final Object loading = new Object();

  private final RecentChanges recent = new RecentChanges();
  private final IdempotencyIndex idempotency = new IdempotencyIndex();

  LaneHead(BranchName branch, LaneContext context) {
    this.branch = branch;
    this.context = context;
  }

  // ---- what readers see

  /** The published head. In the owning process it needs no look at the store. */
  Snapshot snapshot() {
    return loaded().snapshot();
  }

  /** The history of the branch, kept up with every publish. */
  CommitGraph graph() {
    CommitGraph known = graph;
    if (known != null) {
      return known;
    }
    synchronized (loading) {
      known = graph;
      if (known != null) {
        return known;
      }
      CommitGraph fresh = new CommitGraph();
      // Publishes fold into it from here on, so that none is missed while the log is read.
      BranchHead at = loaded();
      pendingGraph = fresh;
      context.log().records(branch, at.manifest().version(), 0).stream()
          .map(CommitRecord::commit)
          .forEach(fresh::fold);
      BranchHead now = loaded();
      if (now.manifest().version() > at.manifest().version()) {
        context.log().records(branch, now.manifest().version(), at.manifest().version()).stream()
            .map(CommitRecord::commit)
            .forEach(fresh::fold);
      }
      graph = fresh;
      pendingGraph = null;
      return fresh;
    }
  }

  /** The head as far as it is in memory. */
  @Nullable BranchHead current() {
    return head;
  }

  private BranchHead loaded() {
    BranchHead known = head;
    if (known != null) {
      return known;
    }
    synchronized (loading) {
      known = head;
      if (known != null) {
        return known;
      }
      requireAlive();
      ManifestState state = openHead();
      try {
        BranchHead loaded = lookedAtNow(state);
        head = loaded;
        return loaded;
      } catch (RuntimeException e) {
        state.close();
        throw e;
      }
    }
  }

  private ManifestState openHead() {
    try {
      return context.manifests().openHead(branch);
    } catch (GraphException e) {
      if (!context.storage().deleteTornHead(ManifestStore.address(branch), 0)) {
        throw e;
      }
      LOG.warn("a torn manifest of branch {} was removed", branch, e);
      return context.manifests().openHead(branch);
    }
  }

  private BranchHead lookedAtNow(ManifestState state) {
    return new BranchHead(state, context.snapshots().of(state), context.nanoTime().getAsLong());
  }

  /** Starts from a state that is known to be the newest; closes it if there is a head already. */
  void adopt(ManifestState state) {
    synchronized (loading) {
      if (head == null && !deleted) {
        head = lookedAtNow(state);
        return;
      }
    }
    state.close();
  }

  // ---- what the committer builds on

  /** The head, looked at again if it is old. */
  BranchHead fresh() {
    BranchHead known = head;
    if (known == null) {
      idempotency.reset();
      return loaded();
    }
    long age = context.nanoTime().getAsLong() - known.lookedAtNanos();
    if (age < FRESH.toNanos()) {
      return known;
    }
    if (context.storage().latestVersion(known.manifest().handle()) == known.manifest().version()) {
      BranchHead looked =
          new BranchHead(known.manifest(), known.snapshot(), context.nanoTime().getAsLong());
      head = looked;
      return looked;
    }
    forget();
    return loaded();
  }

  /** The judge of one group, by what is known of the newest commits. */
  LaneAdmission admission(Preparer preparer) {
    return new LaneAdmission(context, preparer, recent, idempotency);
  }

  /** The requests that the branch has answered already. */
  IdempotencyIndex idempotency() {
    return idempotency;
  }

  // ---- how it moves

  /** Makes a published state the head. It is published already, so nothing here may fail. */
  void install(ManifestState state, CommitRecord record, Footprint footprint) {
    BranchHead before = head;
    long known = before == null ? 0 : before.manifest().version();
    replace(state);
    if (before != null && record.commit().manifestVersion() == known + 1) {
      recent.add(known, state.version(), footprint);
      idempotency.add(record);
      fold(record.commit());
    } else {
      idempotency.reset();
      graph = null;
    }
  }

  /** Makes a state the head that shows what the one before showed, in fewer files. */
  void installFolded(ManifestState state) {
    BranchHead before = head;
    long version = before == null ? -1 : before.manifest().version();
    replace(state);
    recent.add(version, state.version(), Footprint.NOTHING);
  }

  private void replace(ManifestState state) {
    BranchHead before = head;
    try {
      head = lookedAtNow(state);
    } catch (RuntimeException e) {
      LOG.warn("the new head of branch {} cannot be shown yet; it is read again", branch, e);
      state.close();
      head = null;
    }
    if (before != null) {
      before.manifest().close();
    }
  }

  private void fold(GraphCommit commit) {
    CommitGraph pending = pendingGraph;
    if (pending != null) {
      pending.fold(commit);
    }
    CommitGraph known = graph;
    if (known != null) {
      known.fold(commit);
    }
  }

  /**
   * Takes note of what recovery put back, and forgets the head it moved.
   *
   * @param restoration null if no table had moved
   */
  void restored(Rollback.@Nullable Restoration restoration) {
    if (restoration != null) {
      // Restored tables hold what they held: who was prepared before is prepared again, no more.
      Map<TableKey, Footprint.Touched> touched = new TreeMap<>();
      restoration.tables().forEach(key -> touched.put(key, new Footprint.Touched.Addresses()));
      recent.add(restoration.before(), restoration.after(), new Footprint(touched, false));
    }
    forget();
  }

  /** Makes the next use read the store again. */
  void forget() {
    synchronized (loading) {
      BranchHead known = head;
      head = null;
      graph = null;
      idempotency.reset();
      if (known != null) {
        known.manifest().close();
      }
    }
  }

  // ---- the end

  /** Marks the branch as deleted: nothing is loaded any more. */
  void retire() {
    deleted = true;
  }

  /**
   * @throws io.omnigraph.model.NotFoundException if the branch was deleted in this process
   */
  void requireAlive() {
    if (deleted) {
      throw ManifestStore.branchNotFound(
          branch, new IllegalStateException("deleted in this process"));
    }
  }

  /** Closes what is open. */
  void release() {
    synchronized (loading) {
      BranchHead known = head;
      head = null;
      if (known != null) {
        known.manifest().close();
      }
    }
  }
}
