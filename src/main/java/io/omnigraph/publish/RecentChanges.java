package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Conflicts.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The footprints of the newest commits of a branch, as far as this process made them. Tells whether
 * an operation prepared on an older head is still valid. Used by the lane's thread only.
 */
final class RecentChanges {

  private static final int CAPACITY = 512;

  private record Change(long manifestVersion, Footprint footprint) {}

  private final Deque<Change> changes = new ArrayDeque<>();
  private long knownSince;
  private long knownUntil = -1;

  /**
   * Remembers what a publish changed.
   *
   * @param before the manifest version it built on; a gap to the last one known forgets the past
   */
  void add(long before, long after, Footprint footprint) {
    if (before != knownUntil) {
      changes.clear();
      knownSince = before;
    }
    changes.addLast(new Change(after, footprint));
    knownUntil = after;
    if (changes.size() > CAPACITY) {
      knownSince = changes.removeFirst().manifestVersion();
    }
  }

  /** What happened between the snapshot an operation was prepared on and the head. */
  Verdict judge(PreparedWork<?> work, Snapshot head) {
    Snapshot base = work.snapshot();
    if (!base.incarnation().equals(head.incarnation())) {
      return new Verdict.SchemaChanged();
    }
    if (base.manifestVersion() == head.manifestVersion()) {
      return Conflicts.VALID;
    }
    if (base.manifestVersion() < knownSince || head.manifestVersion() != knownUntil) {
      return judgeByVersions(work.prepared(), base, head);
    }
    Verdict worst = Conflicts.VALID;
    for (Change change : changes) {
      if (change.manifestVersion() > base.manifestVersion()) {
        Verdict verdict = Conflicts.judge(work.prepared(), change.footprint());
        if (verdict instanceof Verdict.Touches || verdict instanceof Verdict.SchemaChanged) {
          return verdict;
        }
        if (verdict instanceof Verdict.Moved) {
          worst = verdict;
        }
      }
    }
    return worst;
  }

  /** Without memory of what changed, every table that moved counts. */
  private static Verdict judgeByVersions(Prepared<?> prepared, Snapshot base, Snapshot head) {
    if (!base.catalog().equals(head.catalog())) {
      return new Verdict.SchemaChanged();
    }
    TreeSet<TableKey> keys = new TreeSet<>(prepared.tables().keySet());
    keys.addAll(prepared.reads().byTable().keySet());
    for (TableKey key : keys) {
      TableEntry before = base.tables().get(key);
      TableEntry now = head.tables().get(key);
      if (!Objects.equals(before, now)) {
        return new Verdict.Touches(key);
      }
    }
    return prepared.structure().isEmpty() ? Conflicts.VALID : new Verdict.Moved();
  }
}
