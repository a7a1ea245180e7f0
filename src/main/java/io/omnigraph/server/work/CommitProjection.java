package io.omnigraph.server.work;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest commits of every branch of one graph, folded from events and repaired from the log.
 * Folding the same commit again changes nothing. Written by one thread, read by any.
 */
public final class CommitProjection {

  /** How many commits of a branch are remembered; older ones are read from the log. */
  private static final int REMEMBERED = 10_000;

  /** Reads the log of a branch: newest first, starting after a commit (null = at the head). */
  public interface Log {
    List<GraphCommit> page(BranchName branch, int limit, @Nullable CommitId after);
  }

  private static final int PAGE = 200;

  /** Guarded by this. Each chain is newest first. */
  private final Map<BranchName, Chain> chains = new HashMap<>();

  private static final class Chain {
    private final Deque<GraphCommit> newestFirst = new ArrayDeque<>();
    private final Map<CommitId, GraphCommit> byId = new HashMap<>();

    void add(GraphCommit commit) {
      if (byId.putIfAbsent(commit.id(), commit) == null) {
        newestFirst.addFirst(commit);
        if (newestFirst.size() > REMEMBERED) {
          byId.remove(newestFirst.removeLast().id());
        }
      }
    }
  }

  /**
   * Adds a commit that was announced.
   *
   * @return false if its parent has not been seen, so that the branch must be repaired first
   */
  synchronized boolean fold(GraphCommit commit) {
    Chain chain = chains.get(commit.branch());
    if (chain == null) {
      return false;
    }
    if (chain.byId.containsKey(commit.id())) {
      return true;
    }
    if (commit.mergedParent() != null) {
      // A merge may carry commits of its source along; only the log tells their order.
      chains.remove(commit.branch());
      return false;
    }
    GraphCommit head = chain.newestFirst.peekFirst();
    if (head == null || !head.id().equals(commit.parent())) {
      return false;
    }
    chain.add(commit);
    return true;
  }

  /**
   * Reads from the log what is missing of a branch.
   *
   * @return the commits that were added, oldest first
   */
  List<GraphCommit> repair(BranchName branch, Log log) {
    var missing = new ArrayList<GraphCommit>();
    CommitId after = null;
    boolean joined = false;
    while (!joined && missing.size() < REMEMBERED) {
      List<GraphCommit> page = log.page(branch, PAGE, after);
      for (GraphCommit commit : page) {
        if (knows(branch, commit.id())) {
          joined = true;
          break;
        }
        missing.add(commit);
      }
      if (page.size() < PAGE) {
        break;
      }
      after = page.getLast().id();
    }
    List<GraphCommit> oldestFirst = missing.reversed();
    synchronized (this) {
      if (!joined) {
        // Nothing known is part of the log any more: another incarnation of the branch.
        chains.put(branch, new Chain());
      }
      Chain chain = chains.computeIfAbsent(branch, absent -> new Chain());
      oldestFirst.forEach(chain::add);
    }
    return oldestFirst;
  }

  private synchronized boolean knows(BranchName branch, CommitId id) {
    Chain chain = chains.get(branch);
    return chain != null && chain.byId.containsKey(id);
  }

  synchronized void forget(BranchName branch) {
    chains.remove(branch);
  }

  /** The newest known commit of a branch. */
  public synchronized Optional<GraphCommit> head(BranchName branch) {
    Chain chain = chains.get(branch);
    return chain == null ? Optional.empty() : Optional.ofNullable(chain.newestFirst.peekFirst());
  }

  /** The known commits of a branch, newest first. */
  public synchronized List<GraphCommit> commits(BranchName branch) {
    Chain chain = chains.get(branch);
    return chain == null ? List.of() : List.copyOf(chain.newestFirst);
  }
}
