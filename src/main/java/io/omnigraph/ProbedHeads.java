package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.Snapshots;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableStorage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Heads as seen from outside the owning process: one probe of the store per question, and a scan
 * only if the branch moved. A branch other than main can be deleted and made again at the same
 * version, so its probe looks at its identity too.
 */
final class ProbedHeads implements GraphHeads {

  private static final class Known {
    @Nullable ManifestState state;
    @Nullable Snapshot snapshot;
    @Nullable CommitGraph graph;
    long graphVersion;
  }

  private final TableStorage storage;
  private final ManifestStore manifests;
  private final Snapshots snapshots;
  private final CommitLog log;
  private final Map<BranchName, Known> branches = new ConcurrentHashMap<>();

  ProbedHeads(TableStorage storage, ManifestStore manifests, Snapshots snapshots, CommitLog log) {
    this.storage = storage;
    this.manifests = manifests;
    this.snapshots = snapshots;
    this.log = log;
  }

  @Override
  public Snapshot snapshot(BranchName branch) {
    Known known = branches.computeIfAbsent(branch, b -> new Known());
    synchronized (known) {
      return probe(branch, known);
    }
  }

  @Override
  public CommitGraph graph(BranchName branch) {
    Known known = branches.computeIfAbsent(branch, b -> new Known());
    synchronized (known) {
      Snapshot now = probe(branch, known);
      CommitGraph graph = known.graph;
      if (graph == null) {
        graph = new CommitGraph();
        known.graph = graph;
        known.graphVersion = 0;
      }
      if (known.graphVersion < now.manifestVersion()) {
        log.records(branch, now.manifestVersion(), known.graphVersion).stream()
            .map(CommitRecord::commit)
            .forEach(graph::fold);
        known.graphVersion = now.manifestVersion();
      }
      return graph;
    }
  }

  private Snapshot probe(BranchName branch, Known known) {
    ManifestState state = known.state;
    Snapshot snapshot = known.snapshot;
    if (state == null || snapshot == null) {
      return remember(branch, known, manifests.openHeadToRead(branch));
    }
    if (branch.isMain()) {
      if (storage.latestVersion(state.handle()) == state.version()) {
        return snapshot;
      }
      return remember(branch, known, manifests.openHeadToRead(branch));
    }
    SnapshotHandle newest;
    try {
      newest = storage.openHead(ManifestStore.address(branch));
    } catch (NotFoundException e) {
      forget(known);
      throw ManifestStore.branchNotFound(branch, e);
    } catch (GraphException e) {
      return remember(branch, known, manifests.openHeadToRead(branch));
    }
    if (newest.version() == state.version() && newest.incarnation().equals(state.incarnation())) {
      newest.close();
      return snapshot;
    }
    return remember(branch, known, manifests.read(branch, newest));
  }

  private Snapshot remember(BranchName branch, Known known, ManifestState state) {
    Snapshot snapshot;
    try {
      snapshot = snapshots.of(state);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
    ManifestState before = known.state;
    if (before != null && !before.incarnation().equals(state.incarnation())) {
      known.graph = null;
    }
    forget(known);
    known.state = state;
    known.snapshot = snapshot;
    return snapshot;
  }

  private static void forget(Known known) {
    ManifestState before = known.state;
    known.state = null;
    known.snapshot = null;
    if (before != null) {
      before.close();
    }
  }

  @Override
  public void close() {
    for (Known known : branches.values()) {
      synchronized (known) {
        forget(known);
      }
    }
  }
}
