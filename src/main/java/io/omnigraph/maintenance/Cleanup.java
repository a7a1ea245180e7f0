package io.omnigraph.maintenance;

import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableStorage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the past that a policy gives up: old versions of tables and manifests, and table branches
 * that no graph branch shows. What a branch head, a kept commit, the merge base of two branches, a
 * running operation or an open reader of this process needs stays. Blocking; writers of a branch
 * wait only while one of their own tables is worked on.
 */
public final class Cleanup {

  /** Runs something while no branch is created or deleted. */
  @FunctionalInterface
  public interface SteadyBranches {
    <T> T during(Supplier<T> work);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

  /** The policy has decided already; the library's own clock must not keep more. */
  private static final Duration ANY_AGE = Duration.ofDays(1);

  /** Fewer versions of a branch are not worth the requests. */
  private static final int LEAST_COLLECTED = 20;

  private final Lanes lanes;
  private final ManifestStore manifests;
  private final TableStorage storage;
  private final TableHandles handles;
  private final InstantSource clock;
  private final SteadyBranches branches;
  private volatile boolean stopped;

  public Cleanup(LaneContext context, Lanes lanes, SteadyBranches branches) {
    this.lanes = lanes;
    this.manifests = context.manifests();
    this.storage = context.storage();
    this.handles = context.handles();
    this.clock = context.clock();
    this.branches = branches;
  }

  /**
   * Applies a policy.
   *
   * @param preview look only
   * @throws ConflictException while a schema is being applied
   * @throws io.omnigraph.model.RecoveryRequiredException if an interrupted write cannot be settled
   */
  public CleanupReport run(CleanupPolicy policy, boolean preview) {
    return branches.during(() -> runSteady(policy, preview));
  }

  /**
   * Removes what a retention gives up, if there is enough of it. Nobody waits for it: not the
   * writers, because what it cuts is older than everything they build on, and not who creates or
   * deletes branches, because it leaves abandoned table branches alone.
   */
  CleanupReport collect(VersionRetention retention) {
    List<BranchName> live = liveBranches();
    if (live.stream().noneMatch(branch -> isWorthCollecting(branch, retention))) {
      return new CleanupReport(false, List.of());
    }
    live.forEach(lanes::heal);
    Retention kept = kept(retention.policy(), live);
    Map<TableKey, Row> rows = new TreeMap<>();
    for (Map.Entry<String, TableKey> table : kept.paths().entrySet()) {
      Row row = rows.computeIfAbsent(table.getValue(), k -> new Row());
      kept.tables().keySet().stream()
          .filter(lineage -> lineage.path().equals(table.getKey()))
          .sorted(Comparator.comparing(TableAddress::toString))
          .forEach(lineage -> collect(lineage, kept.keepFrom(lineage), row));
    }
    List<CleanupReport.Table> tables = new ArrayList<>();
    rows.forEach((key, row) -> tables.add(row.report(key.toString())));
    Row manifest = new Row();
    kept.manifests()
        .forEach((branch, from) -> collect(ManifestStore.address(branch), from, manifest));
    tables.add(manifest.report(ManifestStore.PATH));
    return new CleanupReport(false, tables);
  }

  private void collect(TableAddress lineage, long keepFrom, Row row) {
    if (!stopped) {
      isolated(lineage, row, () -> row.add(clean(lineage, keepFrom, false)));
    }
  }

  /** Lets {@link #collect} end after the lineage it is at. */
  void stopCollecting() {
    stopped = true;
  }

  /**
   * Whether a branch has so many versions beyond its retention that removing them pays. One listing
   * for a branch with few versions; the history is asked for the others only.
   */
  private boolean isWorthCollecting(BranchName branch, VersionRetention retention) {
    long most = retention.versions() + (long) Math.max(LEAST_COLLECTED, retention.versions());
    try (SnapshotHandle head = storage.openHead(ManifestStore.address(branch))) {
      if (storage.maintenance().versionsBefore(head, head.version() + 1) <= most) {
        return false;
      }
      long from = Retention.oldest(retention.policy(), nowMicros(), branch, lanes);
      return storage.maintenance().versionsBefore(head, from)
          >= Math.max(LEAST_COLLECTED, retention.versions());
    } catch (NotFoundException e) {
      LOG.debug("branch {} was deleted meanwhile", branch, e);
      return false;
    }
  }

  private long nowMicros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  private Retention kept(CleanupPolicy policy, List<BranchName> live) {
    return Retention.of(policy, nowMicros(), live, lanes, manifests, inUse());
  }

  private CleanupReport runSteady(CleanupPolicy policy, boolean preview) {
    List<BranchName> live = liveBranches();
    live.forEach(lanes::heal);
    Retention kept = kept(policy, live);
    Map<TableKey, Row> rows = new TreeMap<>();
    kept.paths()
        .forEach(
            (path, key) ->
                cleanTable(path, rows.computeIfAbsent(key, k -> new Row()), kept, preview));
    List<CleanupReport.Table> tables = new ArrayList<>();
    rows.forEach((key, row) -> tables.add(row.report(key.toString())));
    tables.add(cleanManifest(kept, preview).report(ManifestStore.PATH));
    return new CleanupReport(preview, tables);
  }

  private List<BranchName> liveBranches() {
    List<BranchName> live = new ArrayList<>();
    live.add(BranchName.MAIN);
    for (BranchName branch : manifests.branchNames()) {
      if (branch.isInternal()) {
        throw new ConflictException(
            "schema_apply_in_progress",
            "`cleanup` is unavailable while schema apply is in progress",
            Map.of("operation", "cleanup"));
      }
      live.add(branch);
    }
    return live;
  }

  /** What running operations build on and what readers of this process have open. */
  private Map<TableAddress, Long> inUse() {
    Map<TableAddress, Long> inUse = new HashMap<>(lanes.openBases());
    handles.leased().forEach((lineage, version) -> inUse.merge(lineage, version, Math::min));
    return inUse;
  }

  // ---- tables

  private static final class Row {
    long bytes;
    long versions;
    final List<String> orphans = new ArrayList<>();
    @Nullable String error;

    void add(TableMaintenance.Removed removed) {
      bytes += removed.bytes();
      versions += removed.versions();
    }

    void fail(GraphException e) {
      error = error == null ? e.getMessage() : error + "; " + e.getMessage();
    }

    CleanupReport.Table report(String key) {
      return new CleanupReport.Table(key, bytes, versions, orphans, error);
    }
  }

  private void cleanTable(String path, Row row, Retention kept, boolean preview) {
    List<BranchName> lineages;
    try {
      lineages = storage.branchNames(path);
    } catch (GraphException e) {
      row.fail(e);
      return;
    }
    // Longest names first: a folder below another one goes before it.
    List<BranchName> deepestFirst =
        lineages.stream()
            .sorted(Comparator.comparingInt((BranchName n) -> n.value().length()).reversed())
            .toList();
    for (BranchName branch : deepestFirst) {
      TableAddress lineage = new TableAddress(path, branch);
      if (kept.needs(lineage)) {
        isolated(lineage, row, () -> cleanLineage(lineage, kept.keepFrom(lineage), row, preview));
      } else if (!kept.manifests().containsKey(branch)) {
        isolated(lineage, row, () -> removeOrphan(lineage, row, preview));
      } else if (!preview) {
        isolated(lineage, row, () -> lanes.alone(branch, () -> removeIfStillOrphan(lineage, row)));
      }
    }
    TableAddress main = TableAddress.main(path);
    // A table that was dropped keeps its newest version: its numbers go on if it comes back.
    long keepFrom = kept.needs(main) ? kept.keepFrom(main) : Long.MAX_VALUE;
    isolated(main, row, () -> cleanLineage(main, keepFrom, row, preview));
  }

  private static void isolated(TableAddress lineage, Row row, Runnable work) {
    try {
      work.run();
    } catch (GraphException e) {
      LOG.warn("cleaning up {} failed; the other tables are done all the same", lineage, e);
      row.fail(e);
    }
  }

  private void cleanLineage(TableAddress lineage, long keepFrom, Row row, boolean preview) {
    if (preview) {
      row.add(clean(lineage, keepFrom, true));
      return;
    }
    BranchName lane = lineage.branch() == null ? BranchName.MAIN : lineage.branch();
    boolean live = lane.isMain() || manifests.branchNames().contains(lane);
    row.add(
        live
            ? lanes.alone(lane, () -> clean(lineage, keepFrom, false))
            : clean(lineage, keepFrom, false));
  }

  private TableMaintenance.Removed clean(TableAddress lineage, long keepFrom, boolean preview) {
    try (SnapshotHandle head = storage.openHead(lineage)) {
      long from = Math.min(keepFrom, head.version());
      if (preview) {
        return new TableMaintenance.Removed(0, storage.maintenance().versionsBefore(head, from));
      }
      return storage.maintenance().cleanup(head, from, clock.instant().plus(ANY_AGE));
    }
  }

  private void removeOrphan(TableAddress lineage, Row row, boolean preview) {
    BranchName branch = java.util.Objects.requireNonNull(lineage.branch());
    if (!preview) {
      storage.deleteBranch(lineage.path(), branch);
    }
    row.orphans.add(branch.value());
  }

  /** A first write may have placed it since; in the lane of the branch that cannot happen. */
  private Boolean removeIfStillOrphan(TableAddress lineage, Row row) {
    Snapshot now = lanes.snapshot(java.util.Objects.requireNonNull(lineage.branch()));
    if (now.tables().values().stream().noneMatch(e -> e.address().equals(lineage))) {
      removeOrphan(lineage, row, false);
    }
    return Boolean.TRUE;
  }

  // ---- manifests

  private Row cleanManifest(Retention kept, boolean preview) {
    Row row = new Row();
    kept.manifests()
        .forEach(
            (branch, from) -> {
              TableAddress lineage = ManifestStore.address(branch);
              isolated(lineage, row, () -> cleanLineage(lineage, from, row, preview));
            });
    return row;
  }
}
