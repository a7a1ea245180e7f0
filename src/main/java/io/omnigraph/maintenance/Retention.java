package io.omnigraph.maintenance;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Lanes;
import io.omnigraph.storage.TableAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What must stay: per lineage of a table the oldest version that anything still needs. A branch
 * that only inherits a table needs it through its manifest alone, of which the storage library
 * knows nothing, so every branch is asked.
 *
 * @param manifests oldest manifest version to keep, by branch
 * @param tables oldest version to keep, by lineage; a lineage that is missing is needed by nobody
 * @param paths every table that a branch shows or showed once, by its path
 */
record Retention(
    Map<BranchName, Long> manifests, Map<TableAddress, Long> tables, Map<String, TableKey> paths) {

  boolean needs(TableAddress lineage) {
    return tables.containsKey(lineage);
  }

  long keepFrom(TableAddress lineage) {
    return Objects.requireNonNull(tables.get(lineage), "a lineage that is not needed");
  }

  private void pin(TableEntry entry) {
    pin(entry.address(), entry.version());
  }

  private void pin(TableAddress lineage, long version) {
    tables.merge(lineage, version, Math::min);
  }

  /**
   * @param branches every public branch
   * @param inUse versions that running operations and readers hold
   */
  static Retention of(
      CleanupPolicy policy,
      long nowMicros,
      List<BranchName> branches,
      Lanes lanes,
      ManifestStore manifests,
      Map<TableAddress, Long> inUse) {
    Retention kept = new Retention(new LinkedHashMap<>(), new HashMap<>(), new TreeMap<>());
    Map<BranchName, List<GraphCommit>> own = new LinkedHashMap<>();
    for (BranchName branch : branches) {
      List<GraphCommit> commits = ownNewestFirst(branch, lanes.graph(branch));
      own.put(branch, commits);
      kept.manifests.put(branch, oldest(policy, nowMicros, commits, lanes.snapshot(branch)));
    }
    keepMergeBases(kept, branches, lanes);
    kept.manifests.forEach(
        (branch, wanted) -> {
          List<GraphCommit> commits = Objects.requireNonNull(own.get(branch));
          long from = readableFrom(manifests, branch, commits, wanted);
          manifests.references(branch, from).forEach(kept::pin);
          manifests.registeredPaths(branch).forEach((key, path) -> kept.paths.put(path, key));
        });
    inUse.forEach(
        (lineage, version) -> {
          if (kept.needs(lineage)) {
            kept.pin(lineage, version);
          }
        });
    return kept;
  }

  /** The oldest manifest version of a branch that a policy keeps, others left out of account. */
  static long oldest(CleanupPolicy policy, long nowMicros, BranchName branch, Lanes lanes) {
    return oldest(
        policy, nowMicros, ownNewestFirst(branch, lanes.graph(branch)), lanes.snapshot(branch));
  }

  private static List<GraphCommit> ownNewestFirst(BranchName branch, CommitGraph graph) {
    return graph.newestFirst(-1, null).stream()
        .filter(c -> c.carriedBy() == null && c.branch().equals(branch))
        .sorted(CommitGraph.LOG_ORDER.reversed())
        .toList();
  }

  private static long oldest(
      CleanupPolicy policy, long nowMicros, List<GraphCommit> newestFirst, Snapshot head) {
    long oldest = head.manifestVersion();
    for (int newer = 0; newer < newestFirst.size(); newer++) {
      GraphCommit commit = newestFirst.get(newer);
      if (policy.keeps(newer, commit.createdAtMicros(), nowMicros)) {
        oldest = Math.min(oldest, commit.manifestVersion());
      }
    }
    return oldest;
  }

  /** A later merge of two branches reads the commit that they have in common. */
  private static void keepMergeBases(Retention kept, List<BranchName> branches, Lanes lanes) {
    for (int i = 0; i < branches.size(); i++) {
      for (int j = i + 1; j < branches.size(); j++) {
        Optional<GraphCommit> base = mergeBase(branches.get(i), branches.get(j), lanes);
        base.ifPresent(
            commit ->
                kept.manifests.computeIfPresent(
                    commit.branch(), (b, from) -> Math.min(from, commit.manifestVersion())));
      }
    }
  }

  private static Optional<GraphCommit> mergeBase(BranchName one, BranchName other, Lanes lanes) {
    return CommitGraph.mergeBase(
        lanes.graph(one), lanes.snapshot(one).head(),
        lanes.graph(other), lanes.snapshot(other).head());
  }

  /** The oldest version from there on that an earlier cleanup has left. */
  private static long readableFrom(
      ManifestStore manifests, BranchName branch, List<GraphCommit> newestFirst, long wanted) {
    if (isReadable(manifests, branch, wanted)) {
      return wanted;
    }
    List<Long> candidates = new ArrayList<>();
    newestFirst.stream()
        .map(GraphCommit::manifestVersion)
        .filter(v -> v > wanted)
        .sorted(Comparator.naturalOrder())
        .forEach(candidates::add);
    int gone = -1;
    int readable = candidates.size() - 1;
    while (readable - gone > 1) {
      int middle = (gone + readable) >>> 1;
      if (isReadable(manifests, branch, candidates.get(middle))) {
        readable = middle;
      } else {
        gone = middle;
      }
    }
    return readable < 0 ? manifests.headVersion(branch) : candidates.get(readable);
  }

  private static boolean isReadable(ManifestStore manifests, BranchName branch, long version) {
    try {
      manifests.openAt(branch, version).close();
      return true;
    } catch (GoneException e) {
      return false;
    }
  }
}
