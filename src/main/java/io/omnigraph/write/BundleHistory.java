package io.omnigraph.write;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commits of all branches in an order in which they can be made again: every commit after its
 * parents, otherwise by time.
 */
public final class BundleHistory {

  /**
   * One branch as it is when the export begins.
   *
   * @param from the branch it was made from; null for main
   * @param records everything its log tells, inherited and carried commits included
   */
  public record Branch(BranchName name, @Nullable BranchName from, List<CommitRecord> records) {}

  private static final Comparator<CommitRecord> BY_TIME =
      Comparator.<CommitRecord>comparingLong(r -> r.commit().createdAtMicros())
          .thenComparing(r -> r.commit().id());

  private final Map<BranchName, Branch> branches = new TreeMap<>();
  private final Map<CommitId, CommitRecord> own = new HashMap<>();
  private final Map<CommitId, List<CommitRecord>> carried = new HashMap<>();

  public BundleHistory(List<Branch> all) {
    for (Branch branch : all) {
      branches.put(branch.name(), branch);
      for (CommitRecord commitRecord : branch.records()) {
        GraphCommit commit = commitRecord.commit();
        if (commit.carriedBy() != null) {
          List<CommitRecord> with =
              carried.computeIfAbsent(commit.carriedBy(), k -> new ArrayList<>());
          if (with.stream().noneMatch(r -> r.commit().id().equals(commit.id()))) {
            with.add(commitRecord);
          }
        } else if (commit.branch().equals(branch.name())) {
          own.put(commit.id(), commitRecord);
        }
      }
    }
  }

  public Set<BranchName> branches() {
    return branches.keySet();
  }

  Branch branch(BranchName name) {
    Branch branch = branches.get(name);
    if (branch == null) {
      throw new IllegalArgumentException("no branch " + name);
    }
    return branch;
  }

  /** The branches whose manifests show a commit: its own first, then those made after it. */
  List<BranchName> showing(GraphCommit commit) {
    List<BranchName> showing = new ArrayList<>(List.of(commit.branch()));
    for (Branch branch : branches.values()) {
      if (!branch.name().equals(commit.branch())
          && branch.records().stream()
              .anyMatch(
                  r -> r.commit().carriedBy() == null && r.commit().id().equals(commit.id()))) {
        showing.add(branch.name());
      }
    }
    return showing;
  }

  /** Rows that a merge copied along with its commit. */
  List<CommitRecord> carriedBy(CommitId merge) {
    return carried.getOrDefault(merge, List.of());
  }

  /** The commit that a branch was made at; empty for main. */
  Optional<GraphCommit> forkPoint(BranchName name) {
    return branch(name).records().stream()
        .map(CommitRecord::commit)
        .filter(c -> c.carriedBy() == null && !c.branch().equals(name))
        .max(CommitGraph.LOG_ORDER);
  }

  /** Every commit of every branch, parents first. */
  List<CommitRecord> ordered() {
    Map<CommitId, Set<CommitId>> waitsFor = new HashMap<>();
    Map<CommitId, List<CommitId>> waiting = new HashMap<>();
    PriorityQueue<CommitRecord> ready = new PriorityQueue<>(BY_TIME);
    for (CommitRecord commitRecord : own.values()) {
      GraphCommit commit = commitRecord.commit();
      Set<CommitId> missing = new HashSet<>();
      for (CommitId parent : parents(commit)) {
        if (own.containsKey(parent)) {
          missing.add(parent);
          waiting.computeIfAbsent(parent, k -> new ArrayList<>()).add(commit.id());
        }
      }
      waitsFor.put(commit.id(), missing);
      if (missing.isEmpty()) {
        ready.add(commitRecord);
      }
    }
    List<CommitRecord> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      CommitRecord next = ready.remove();
      ordered.add(next);
      for (CommitId child : waiting.getOrDefault(next.commit().id(), List.of())) {
        Set<CommitId> missing = waitsFor.getOrDefault(child, Set.of());
        missing.remove(next.commit().id());
        CommitRecord then = own.get(child);
        if (missing.isEmpty() && then != null) {
          ready.add(then);
        }
      }
    }
    return ordered;
  }

  private static List<CommitId> parents(GraphCommit commit) {
    List<CommitId> parents = new ArrayList<>();
    if (commit.parent() != null) {
      parents.add(commit.parent());
    }
    if (commit.mergedParent() != null && !commit.mergedParent().equals(commit.parent())) {
      parents.add(commit.mergedParent());
    }
    return parents;
  }
}
