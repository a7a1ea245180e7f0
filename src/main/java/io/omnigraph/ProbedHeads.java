package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.Snapshots;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.TableStorage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
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
    long lookedAtNanos;
  }

  private final TableStorage storage;
  private final ManifestStore manifests;
  private final Snapshots snapshots;
  private final CommitLog log;
  private final LongSupplier nanoTime;
  private final Map<BranchName, Known> branches = new ConcurrentHashMap<>();

  ProbedHeads(
      TableStorage storage,
      ManifestStore manifests,
      Snapshots snapshots,
      CommitLog log,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.storage = storage;
    this.manifests = manifests;
    this.snapshots = snapshots;
    this.log = log;
  }

  @Override
  public Snapshot snapshot(BranchName branch, Duration maxAge) {
    Known known = branches.computeIfAbsent(branch, b -> new Known());
    synchronized (known) {
      Snapshot seen = known.snapshot;
      // From before the look: what it shows is at least as new as that moment.
      long now = nanoTime.getAsLong();
      if (seen != null && now - known.lookedAtNanos < maxAge.toNanos()) {
        return seen;
      }
      Snapshot newest = probe(branch, known);
      known.lookedAtNanos = now;
      return newest;
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
      return remember(branch, known, manifests.openHeadToRead(branch, null));
    }
    try {
      String incarnation = storage.incarnation(ManifestStore.address(branch));
      if (incarnation.equals(state.incarnation())
          && storage.latestVersion(state.handle()) == state.version()) {
        return snapshot;
      }
    } catch (NotFoundException e) {
      forget(known);
      throw branch.isMain() ? e : ManifestStore.branchNotFound(branch, e);
    }
    return remember(branch, known, manifests.openHeadToRead(branch, state));
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
