package io.omnigraph.write;

import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.HeadRow;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.StagedPublish;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.UnpublishedRoot;
import io.omnigraph.schema.Catalog;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableStorage;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is being made from a history: commits with given ids, parents, actors and times.
 * Nobody else writes to the root meanwhile, so there are no sidecars; what a crash leaves is
 * removed as a whole. Not thread-safe.
 */
public final class BundleGraph implements AutoCloseable {

  /** The version of a commit that has no manifest of its own any more; no manifest has it. */
  private static final long NO_VERSION = 0;

  /** One branch as far as it has been made. */
  private static final class Line {
    final BranchName name;
    @Nullable ManifestState state;
    final Map<CommitId, Long> versions = new HashMap<>();
    final List<CommitRecord> remembered = new ArrayList<>();

    Line(BranchName name) {
      this.name = name;
    }
  }

  private final UnpublishedRoot root;
  private final TableStorage storage;
  private final ManifestStore manifests;
  private final ExternalBlobs external;
  private final Map<BranchName, Line> lines = new TreeMap<>();
  private final Map<CommitId, Long> landed = new HashMap<>();

  /**
   * @param external which blobs may be references to something outside the graph
   */
  public BundleGraph(UnpublishedRoot root, ExternalBlobs external) {
    this.root = root;
    this.storage = root.storage();
    this.manifests = new ManifestStore(storage);
    this.external = external;
    lines.put(BranchName.MAIN, new Line(BranchName.MAIN));
  }

  TableStorage storage() {
    return storage;
  }

  IdSource ids() {
    return root.ids();
  }

  ExternalBlobs external() {
    return external;
  }

  int branchCount() {
    return lines.size();
  }

  @Nullable String schemaHash(BranchName branch) {
    ManifestState state = line(branch).state;
    return state == null ? null : state.head().schemaHash();
  }

  private Line line(BranchName branch) {
    Line line = lines.get(branch);
    if (line == null) {
      throw inconsistent("branch '" + branch + "' has a commit before it was made");
    }
    return line;
  }

  private static BadRequestException inconsistent(String what) {
    return new BadRequestException(
        "bundle_corrupt", "the bundle contradicts itself: " + what, Map.of());
  }

  /** Makes a branch at a commit that another branch shows. */
  void fork(BranchName name, BranchName from, CommitId at) {
    Line source = line(from);
    Long version = source.versions.get(at);
    if (version == null || lines.containsKey(name)) {
      throw inconsistent("branch '" + name + "' cannot be made at commit " + at);
    }
    Line made = new Line(name);
    try (SnapshotHandle manifest = storage.open(ManifestStore.address(from), version);
        SnapshotHandle created = storage.fork(manifest, name)) {
      storage.forceFork(created);
    }
    made.state = manifests.openHead(name);
    made.versions.put(at, made.state.version());
    lines.put(name, made);
  }

  /** A commit that keeps its place in the history, but whose content is gone. */
  void remember(CommitRecord commit) {
    landed.put(commit.commit().id(), NO_VERSION);
    line(commit.commit().branch()).remembered.add(at(commit, NO_VERSION, List.of()));
  }

  /**
   * Begins a commit.
   *
   * @param carried rows of other branches' commits that come along
   * @param changes by table; tables that only get rows are among them
   */
  Change begin(
      CommitRecord commit,
      List<CommitRecord> carried,
      Catalog catalog,
      Map<TableKey, TableImport> changes) {
    return new Change(commit, carried, catalog, changes);
  }

  private static CommitRecord at(CommitRecord old, long version, List<TableMove> moves) {
    GraphCommit commit = old.commit();
    return new CommitRecord(
        new GraphCommit(
            commit.id(),
            commit.branch(),
            version,
            commit.parent(),
            commit.mergedParent(),
            commit.actor(),
            commit.createdAtMicros(),
            commit.kind(),
            moves,
            commit.schemaHash(),
            commit.recoveredBy(),
            commit.carriedBy()),
        old.operations());
  }

  /** Commits a transaction and forces it to disk. */
  SnapshotHandle land(StagedWrite staged, GraphCommit commit) {
    return root.commit(staged, commit.id(), commit.kind());
  }

  @Override
  public void close() {
    for (Line line : lines.values()) {
      if (line.state != null) {
        line.state.close();
        line.state = null;
      }
    }
  }

  /** One commit under way. */
  final class Change implements AutoCloseable {

    private final CommitRecord commit;
    private final List<CommitRecord> carried;
    private final Line line;
    private final BundleTables tables;
    private final Catalog catalog;

    private Change(
        CommitRecord commit,
        List<CommitRecord> carried,
        Catalog catalog,
        Map<TableKey, TableImport> changes) {
      this.commit = commit;
      this.carried = carried;
      this.catalog = catalog;
      this.line = line(commit.commit().branch());
      this.tables =
          new BundleTables(BundleGraph.this, commit.commit(), line.state, catalog, changes);
    }

    /** Reads the rows that the commit adds; returns how many. */
    long addRows(InputStream rows) {
      return tables.read(rows);
    }

    /** Commits the tables and makes the commit visible. */
    void publish() {
      tables.commit();
      List<ManifestRow> rows = new ArrayList<>(tables.rows());
      long version = line.state == null ? 1 : line.state.version() + 1;
      for (CommitRecord earlier : line.remembered) {
        rows.add(ManifestRow.commit(CommitCodec.encode(earlier), false));
      }
      line.remembered.clear();
      for (CommitRecord other : carried) {
        rows.add(ManifestRow.commit(CommitCodec.encode(carried(other)), true));
      }
      rows.add(ManifestRow.commit(CommitCodec.encode(at(commit, version, tables.moves())), false));
      HeadRow head =
          new HeadRow(
              line.name,
              commit.commit().id(),
              commit.commit().parent(),
              root.epoch(),
              catalog.hash());
      line.state = line.state == null ? create(rows, head) : advance(line.state, rows, head);
      line.versions.put(commit.commit().id(), version);
      landed.put(commit.commit().id(), version);
    }

    private ManifestState create(List<ManifestRow> rows, HeadRow head) {
      manifests.create(rows, head);
      return manifests.openHead(BranchName.MAIN);
    }

    private ManifestState advance(ManifestState state, List<ManifestRow> rows, HeadRow head) {
      StagedPublish staged = manifests.stage(state, rows, head);
      SnapshotHandle committed = land(staged.write(), commit.commit());
      ManifestState next = manifests.advance(staged, committed);
      state.close();
      return next;
    }

    /**
     * A carried commit leads to its version if its branch is here; that of a deleted branch must
     * not lead into another branch of the same name.
     */
    private CommitRecord carried(CommitRecord other) {
      Long version = landed.get(other.commit().id());
      if (version == null) {
        version = NO_VERSION;
      }
      return at(other, version, List.of());
    }

    @Override
    public void close() {
      tables.close();
    }
  }
}
