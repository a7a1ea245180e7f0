package io.omnigraph.publish;

import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.HeadRow;
import io.omnigraph.manifest.ManifestRow;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.ManifestFile;
import io.omnigraph.storage.TableAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the manifest rows of one publish: moved tables, pointers, drops, the commit and the
 * head. The same builder serves a live publish and its repetition by recovery, so both publish the
 * same. Used by one thread.
 */
final class PublishRows {

  private final LaneContext context;
  private final ManifestState base;
  private final List<Sidecar.Pointer> pointers;
  private final List<Sidecar.Drop> drops;
  private final @Nullable String schemaHash;
  private final List<ManifestRow> rows = new ArrayList<>();
  private final Map<TableKey, TableMove> moves = new TreeMap<>();

  private PublishRows(
      LaneContext context,
      ManifestState base,
      List<Sidecar.Pointer> pointers,
      List<Sidecar.Drop> drops,
      @Nullable String schemaHash) {
    this.context = context;
    this.base = base;
    this.pointers = pointers;
    this.drops = drops;
    this.schemaHash = schemaHash;
  }

  static PublishRows of(LaneContext context, ManifestState base, List<StructureChange> structure) {
    List<Sidecar.Pointer> pointers = new ArrayList<>();
    List<Sidecar.Drop> drops = new ArrayList<>();
    String schemaHash = null;
    for (StructureChange change : structure) {
      switch (change) {
        case StructureChange.Point(var entry) -> {
          requireOwnLineage(base, entry);
          pointers.add(
              new Sidecar.Pointer(
                  entry.key(),
                  entry.path(),
                  entry.tableBranch(),
                  entry.version(),
                  entry.rowCount()));
        }
        case StructureChange.Drop(var key) ->
            drops.add(new Sidecar.Drop(key, base.greatestRecorded(key) + 1));
        case StructureChange.Create ignored -> {
          // Becomes a pointer once it is made.
        }
        case StructureChange.Columns ignored -> {
          // Moves as a table that is committed.
        }
        case StructureChange.Catalog(var hash) -> schemaHash = hash;
      }
    }
    return new PublishRows(context, base, pointers, drops, schemaHash);
  }

  /**
   * Deleting a branch relies on it: a branch shows tables of its own and of its ancestors only, so
   * that nobody needs to be asked but descendants.
   */
  private static void requireOwnLineage(ManifestState base, TableEntry entry) {
    TableEntry before = base.tables().get(entry.key());
    boolean shown = before != null && Objects.equals(before.tableBranch(), entry.tableBranch());
    if (entry.tableBranch() != null && !entry.ownedBy(base.branch()) && !shown) {
      throw new InternalException(
          "foreign_pointer",
          "branch '"
              + base.branch()
              + "' cannot show table '"
              + entry.key()
              + "' of branch '"
              + entry.tableBranch()
              + "': nothing would keep that branch from being deleted",
          Map.of("branch", base.branch().value(), "table", entry.key().toString()));
    }
  }

  static PublishRows of(LaneContext context, ManifestState base, Sidecar sidecar) {
    return new PublishRows(
        context, base, sidecar.pointers(), sidecar.drops(), sidecar.schemaHash());
  }

  /** A table that was made for this publish. */
  void point(TableEntry made) {
    pointers.add(
        new Sidecar.Pointer(
            made.key(), made.path(), made.tableBranch(), made.version(), made.rowCount()));
  }

  List<Sidecar.Pointer> pointers() {
    return pointers;
  }

  List<Sidecar.Drop> drops() {
    return drops;
  }

  @Nullable String schemaHash() {
    return schemaHash;
  }

  /** A table moved to a version that was committed. */
  void move(@Nullable TableEntry before, TableEntry after, ManifestFile file) {
    register(after);
    rows.add(ManifestRow.version(after, file));
    moves.put(
        after.key(),
        new TableMove(
            after.key(),
            before == null ? 0 : before.version(),
            after.version(),
            after.tableBranch(),
            after.rowCount()));
  }

  private void register(TableEntry entry) {
    if (!entry.path().equals(base.registeredPath(entry.key()))) {
      rows.add(ManifestRow.table(entry.key(), entry.path()));
    }
  }

  private void addStructure() {
    for (Sidecar.Pointer pointer : pointers) {
      TableEntry after =
          new TableEntry(
              pointer.key(),
              pointer.path(),
              pointer.version(),
              pointer.tableBranch(),
              pointer.rowCount());
      try (SnapshotHandle handle =
          context
              .storage()
              .open(new TableAddress(pointer.path(), pointer.tableBranch()), pointer.version())) {
        move(base.tables().get(pointer.key()), after, handle.manifestFile());
      }
    }
    for (Sidecar.Drop drop : drops) {
      rows.add(ManifestRow.tombstone(drop.key(), drop.tombstoneVersion()));
      TableEntry before = base.tables().get(drop.key());
      moves.put(
          drop.key(), new TableMove(drop.key(), before == null ? 0 : before.version(), 0, null, 0));
    }
  }

  /** The commit; call it once, after every move. */
  CommitRecord record(Sidecar sidecar, @Nullable ActorId recoveredBy) {
    addStructure();
    GraphCommit commit =
        new GraphCommit(
            sidecar.commitId(),
            base.branch(),
            base.version() + 1,
            base.head().commit(),
            sidecar.mergedParent(),
            sidecar.actor(),
            sidecar.createdAtMicros(),
            sidecar.kind(),
            List.copyOf(moves.values()),
            schemaHash,
            recoveredBy,
            null);
    return new CommitRecord(commit, sidecar.operations());
  }

  List<ManifestRow> rows(CommitRecord record) {
    List<ManifestRow> all = new ArrayList<>(rows);
    all.add(ManifestRow.commit(CommitCodec.encode(record), false));
    return all;
  }

  HeadRow head(Sidecar sidecar, long epoch) {
    return new HeadRow(
        base.branch(),
        sidecar.commitId(),
        base.head().commit(),
        epoch,
        schemaHash == null ? base.head().schemaHash() : schemaHash);
  }
}
