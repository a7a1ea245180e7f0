package io.omnigraph.commit;

import io.omnigraph.model.CommitId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The commits of one branch with their parents, folded from the log or from events. A projection:
 * it owns nothing and can be rebuilt at any time. Folding is idempotent by commit id. Thread-safe.
 */
public final class CommitGraph {

  /** By the manifest version a commit produced, then its time, then its id. */
  public static final Comparator<GraphCommit> LOG_ORDER =
      Comparator.comparingLong(GraphCommit::manifestVersion)
          .thenComparingLong(GraphCommit::createdAtMicros)
          .thenComparing(GraphCommit::id);

  private final Map<CommitId, GraphCommit> commits = new LinkedHashMap<>();
  private final NavigableSet<GraphCommit> own = new TreeSet<>(LOG_ORDER);

  public synchronized void fold(GraphCommit commit) {
    if (commits.putIfAbsent(commit.id(), commit) == null && commit.carriedBy() == null) {
      own.add(commit);
    }
  }

  public synchronized void foldAll(Collection<GraphCommit> all) {
    all.forEach(this::fold);
  }

  /** The newest commit that is not carried. */
  public synchronized Optional<GraphCommit> head() {
    return own.isEmpty() ? Optional.empty() : Optional.of(own.last());
  }

  public synchronized Optional<GraphCommit> find(CommitId id) {
    return Optional.ofNullable(commits.get(id));
  }

  public synchronized int size() {
    return commits.size();
  }

  /**
   * Newest first: the branch's own commits, and the carried ones at the places of their times.
   *
   * @param limit most commits to return; negative for all
   * @param after start behind this commit; null for the newest. An unknown one gives an empty list
   */
  public synchronized List<GraphCommit> newestFirst(int limit, @Nullable CommitId after) {
    List<GraphCommit> listed = new ArrayList<>();
    boolean started = after == null;
    List<GraphCommit> ordered = new ArrayList<>(commits.values());
    ordered.sort(LOG_ORDER.reversed());
    for (GraphCommit commit : ordered) {
      if (limit >= 0 && listed.size() >= limit) {
        break;
      }
      if (started) {
        listed.add(commit);
      } else if (commit.id().equals(after)) {
        started = true;
      }
    }
    return listed;
  }

  /**
   * True if the first parent of a commit is missing here: events were lost, the log must be read.
   */
  public synchronized boolean hasGapBefore(GraphCommit commit) {
    CommitId parent = commit.parent();
    return parent != null && !commits.containsKey(parent);
  }

  private synchronized Map<CommitId, GraphCommit> copy() {
    return new LinkedHashMap<>(commits);
  }

  /**
   * The best common ancestor of two heads: a common ancestor that no other common ancestor descends
   * from. A rule of shortest distance would pick one that is too old after a detour through a
   * merged side branch. If several remain, the one with the larger manifest version on the target
   * wins, then the larger id.
   *
   * @return empty if the histories have nothing in common
   */
  public static Optional<GraphCommit> mergeBase(
      CommitGraph source, CommitId sourceHead, CommitGraph target, CommitId targetHead) {
    Map<CommitId, GraphCommit> all = source.copy();
    Map<CommitId, GraphCommit> onTarget = target.copy();
    all.putAll(onTarget);
    Set<CommitId> common = ancestors(all, sourceHead);
    common.retainAll(ancestors(all, targetHead));
    // Every ancestor of a common ancestor is common too, so whatever a common ancestor descends
    // from is reached over its direct parents already.
    Set<CommitId> dominated = new HashSet<>();
    for (CommitId id : common) {
      GraphCommit commit = all.get(id);
      if (commit == null) {
        continue;
      }
      if (commit.parent() != null) {
        dominated.add(commit.parent());
      }
      if (commit.mergedParent() != null) {
        dominated.add(commit.mergedParent());
      }
    }
    Comparator<GraphCommit> preference =
        Comparator.<GraphCommit>comparingLong(
                c -> onTarget.containsKey(c.id()) ? onTarget.get(c.id()).manifestVersion() : -1)
            .thenComparing(GraphCommit::id);
    return common.stream().filter(id -> !dominated.contains(id)).map(all::get).max(preference);
  }

  /** The commit itself and everything it descends from over both parents, as far as known. */
  private static Set<CommitId> ancestors(Map<CommitId, GraphCommit> all, CommitId start) {
    Set<CommitId> seen = new HashSet<>();
    Deque<CommitId> open = new ArrayDeque<>();
    open.add(start);
    while (!open.isEmpty()) {
      CommitId id = open.remove();
      GraphCommit commit = all.get(id);
      if (commit == null || !seen.add(id)) {
        continue;
      }
      if (commit.parent() != null) {
        open.add(commit.parent());
      }
      if (commit.mergedParent() != null) {
        open.add(commit.mergedParent());
      }
    }
    return seen;
  }
}
