package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableBranch;
import io.omnigraph.storage.TableStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and publishes {@code __manifest}. A publish is one staged update that removes the fragment
 * of the head row it remembers and adds two: the new rows, and the new head row by itself. Two
 * publishers on one base therefore always conflict, and the cost does not depend on the history.
 * Thread-safe.
 */
public final class ManifestStore {

  private static final Logger LOG = LoggerFactory.getLogger(ManifestStore.class);

  /** Where the manifest lives below the graph root. */
  public static final String PATH = "__manifest";

  private static final long[] NO_ADDRESSES = {};

  private final TableStorage storage;
  private final ManifestReader reader = new ManifestReader();

  public ManifestStore(TableStorage storage) {
    this.storage = storage;
  }

  public static TableAddress address(BranchName branch) {
    return new TableAddress(PATH, branch.isMain() ? null : branch);
  }

  /**
   * Creates the manifest of a new graph, stamp included, in one commit.
   *
   * @param rows table, version and genesis commit rows
   */
  public void create(List<ManifestRow> rows, HeadRow head) {
    List<ManifestRow> all = new ArrayList<>(rows);
    all.add(ManifestRow.head(head, List.of()));
    try (RowSource source = ManifestRows.source(storage.allocator(), all);
        SnapshotHandle created =
            storage.create(
                address(BranchName.MAIN), ManifestSchema.SCHEMA, FormatStamp.metadata(), source)) {
      storage.forceCommitted(created);
    }
  }

  public boolean exists() {
    return storage.exists(address(BranchName.MAIN));
  }

  /**
   * Opens the newest version of a branch.
   *
   * @throws NotFoundException if there is no such branch
   * @throws io.omnigraph.model.BadRequestException if the format is not the one served
   */
  public ManifestState openHead(BranchName branch) {
    return openHead(branch, null);
  }

  private ManifestState openHead(BranchName branch, @Nullable ManifestState before) {
    SnapshotHandle handle;
    try {
      handle = storage.openHead(address(branch));
    } catch (NotFoundException e) {
      if (branch.isMain()) {
        throw new NotFoundException("graph_not_found", "there is no graph here", Map.of(), e);
      }
      throw branchNotFound(branch, e);
    }
    return reader.read(branch, handle, before);
  }

  /**
   * Opens the newest version of a branch for reading only. Where a power cut left a torn manifest
   * as the newest, which the next writer removes, it is the newest complete one: nobody was told
   * that the torn one was written.
   *
   * @param before what the branch showed when it was opened last, which spares reading it again;
   *     null if unknown. Stays open
   * @throws NotFoundException if there is no such branch
   */
  public ManifestState openHeadToRead(BranchName branch, @Nullable ManifestState before) {
    try {
      return openHead(branch, before);
    } catch (GraphException e) {
      SnapshotHandle complete;
      try {
        complete = storage.openNewestComplete(address(branch));
      } catch (GraphException same) {
        throw e;
      }
      LOG.warn(
          "the newest manifest of branch {} is torn; reading version {} below it until the next"
              + " writer removes it",
          branch,
          complete.version());
      return read(branch, complete);
    }
  }

  /**
   * Opens one version of a branch.
   *
   * @throws io.omnigraph.model.GoneException if the version was cleaned up
   * @throws NotFoundException if it never was
   */
  public ManifestState openAt(BranchName branch, long version) {
    return read(branch, storage.open(address(branch), version));
  }

  /** The error for a branch that is not there. */
  public static NotFoundException branchNotFound(BranchName branch, Throwable cause) {
    return new NotFoundException(
        "branch_not_found",
        "branch '" + branch + "' not found",
        Map.of("branch", branch.value()),
        cause);
  }

  /** Reads the state that an open manifest shows; takes over the handle, also on failure. */
  public ManifestState read(BranchName branch, SnapshotHandle handle) {
    return reader.read(branch, handle, null);
  }

  // ---- publishing

  /**
   * Writes the files of a publish; nothing becomes visible.
   *
   * @param rows what to add, without the head row; at least the commit row
   */
  public StagedPublish stage(ManifestState base, List<ManifestRow> rows, HeadRow head) {
    requirePublishable(base, rows);
    List<ManifestRow> all = new ArrayList<>(rows);
    all.add(ManifestRow.head(head, base.history()));
    try (RowSource source = ManifestRows.source(storage.allocator(), all)) {
      StagedFiles files = storage.writeFiles(base.handle(), source, rows.size());
      ManifestState.HeadAddress old = base.headAddress();
      StageRequest request =
          old.alone()
              ? new StageRequest(NO_ADDRESSES, Set.of(old.fragment()), List.of(files), false)
              : new StageRequest(new long[] {old.rowAddress()}, Set.of(), List.of(files), false);
      return new StagedPublish(base, storage.stage(base.handle(), request), rows, head);
    }
  }

  private static void requirePublishable(ManifestState base, List<ManifestRow> rows) {
    TableLedger ledger = base.ledger();
    for (ManifestRow row : rows) {
      boolean version = row.objectType().equals(ManifestSchema.VERSION);
      boolean tombstone = row.objectType().equals(ManifestSchema.TOMBSTONE);
      if (version || tombstone) {
        var key = TableKey.parse(row.tableKey());
        Long number = row.tableVersion();
        if (number == null || number <= ledger.greatest(key)) {
          throw new InternalException(
              "manifest_version_not_newer",
              "cannot publish '"
                  + row.objectId()
                  + "': the manifest already records version "
                  + ledger.greatest(key)
                  + " of that table",
              Map.of("object_id", row.objectId(), "recorded", ledger.greatest(key)));
        }
      }
      ledger = ledger.with(List.of(row));
    }
  }

  /** The state after a publish, folded in memory; takes over the handle. */
  public ManifestState advance(StagedPublish publish, SnapshotHandle committed) {
    ManifestState base = publish.base();
    if (committed.version() != base.version() + 1) {
      throw new InternalException(
          "manifest_version_unexpected",
          "a publish on manifest version "
              + base.version()
              + " became version "
              + committed.version(),
          Map.of("base", base.version(), "committed", committed.version()));
    }
    int headFragment = confirmedHeadFragment(publish, committed);
    int count =
        base.fragmentCount()
            + publish.write().addedFragments()
            - (base.headAddress().alone() ? 1 : 0);
    return new ManifestState(
        base.branch(),
        committed,
        base.ledger().with(publish.rows()),
        publish.head(),
        new ManifestState.HeadAddress(headFragment, 0, true),
        base.history(),
        headFragment,
        count);
  }

  /** The new head's fragment has the last id + 2, confirmed by its file; searched for otherwise. */
  private static int confirmedHeadFragment(StagedPublish publish, SnapshotHandle committed) {
    return ManifestFold.confirmed(
        committed,
        publish.base().lastFragment() + publish.write().addedFragments(),
        publish.write().lastAddedFile());
  }

  // ---- folding

  /**
   * Writes the files of a fold; nothing becomes visible. Folded, the manifest shows the same and
   * tells the same history, but whoever opens it reads only what is in force.
   */
  public StagedFold stageFold(ManifestState base) {
    return new ManifestFold(storage).stage(base);
  }

  /** The state after a fold; takes over the handle. */
  public ManifestState advance(StagedFold fold, SnapshotHandle committed) {
    return ManifestFold.advance(fold, committed);
  }

  // ---- lineage

  /** Commits with a manifest version above {@code after}, in log order. */
  public List<LineageRow> lineage(SnapshotHandle manifest, long after) {
    return reader.lineage(manifest, after);
  }

  /** The commits of a branch as of one manifest version, above {@code after}, in log order. */
  public List<LineageRow> lineage(BranchName branch, long version, long after) {
    try (SnapshotHandle handle = storage.open(address(branch), version)) {
      return lineage(handle, after);
    }
  }

  /** One commit, if this version of the manifest knows it. */
  public Optional<LineageRow> find(SnapshotHandle manifest, CommitId id) {
    return reader.find(manifest, id);
  }

  // ---- what the past needs

  /**
   * Every table version that some version of a branch's manifest shows, from one version up to the
   * newest.
   *
   * @throws io.omnigraph.model.GoneException if the first version was cleaned up
   */
  public List<TableEntry> references(BranchName branch, long from) {
    try (ManifestState oldest = openAt(branch, from);
        ManifestState newest = openHead(branch)) {
      List<TableEntry> entries = new ArrayList<>(oldest.tables().values());
      for (ManifestRows.Located located :
          ManifestRows.scan(newest.handle(), ManifestReader.TABLE_STATE)) {
        ManifestRow row = located.row();
        if (row.objectType().equals(ManifestSchema.VERSION)) {
          TableKey key = TableKey.parse(row.tableKey());
          String path = newest.registeredPath(key);
          Long version = row.tableVersion();
          if (path != null && version != null && version > oldest.greatestRecorded(key)) {
            entries.add(new TableEntry(key, path, version, row.branchOrNull(), 0));
          }
        }
      }
      return entries;
    }
  }

  /** The path of every table that was ever registered on a branch, dropped ones included. */
  public Map<TableKey, String> registeredPaths(BranchName branch) {
    try (ManifestState state = openHead(branch)) {
      return state.ledger().paths();
    }
  }

  /** The newest version of a branch's manifest. */
  public long headVersion(BranchName branch) {
    try (ManifestState state = openHead(branch)) {
      return state.version();
    }
  }

  // ---- branches

  /** The names of every branch besides main, internal ones included, sorted. One listing. */
  public List<BranchName> branchNames() {
    return storage.branchNames(PATH);
  }

  /**
   * The branches besides main, internal ones included, and when their references were written.
   * Sorted; one listing.
   */
  public SortedMap<BranchName, Instant> references() {
    return storage.branchTimes(PATH);
  }

  /** Every branch besides main with its parent, in name order. Reads one object per branch. */
  public List<TableBranch> branches() {
    return storage.branches(PATH).stream()
        .filter(b -> !b.name().isMain())
        .sorted(java.util.Comparator.comparing(TableBranch::name))
        .toList();
  }
}
