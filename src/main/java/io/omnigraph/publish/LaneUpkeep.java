package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the number of small files of a branch bounded: about every hundred commits the tables that
 * were written, and the manifest, are folded. A thousand loose fragments double the time of a
 * write. Used by the lane's committer only.
 */
final class LaneUpkeep {

  private static final int COMMITS_BETWEEN = 100;

  /** Told what became of the branch's head. */
  @FunctionalInterface
  interface Installer {

    /**
     * @param record null if only the manifest itself was folded, which is no commit
     */
    void install(ManifestState state, @Nullable CommitRecord record, Footprint footprint);
  }

  private final LaneContext context;
  private final LaneParts parts;
  private final Map<TableKey, Integer> writes = new HashMap<>();

  LaneUpkeep(LaneContext context, LaneParts parts) {
    this.context = context;
    this.parts = parts;
  }

  /** Counts a published commit; true if it is time to fold. */
  boolean due(CommitRecord record, ManifestState state) {
    boolean table = false;
    int operations = Math.max(1, record.operations().size());
    for (TableMove move : record.commit().tables()) {
      table |= writes.merge(move.key(), operations, Integer::sum) >= COMMITS_BETWEEN;
    }
    return table || state.fragmentCount() >= COMMITS_BETWEEN;
  }

  void run(BranchHead head, Installer installer) {
    List<TableEntry> tables = new ArrayList<>();
    writes.forEach(
        (key, count) -> {
          TableEntry entry = head.manifest().tables().get(key);
          if (count >= COMMITS_BETWEEN
              && entry != null
              && entry.ownedBy(head.manifest().branch())) {
            tables.add(entry);
          }
        });
    tables.forEach(t -> writes.remove(t.key()));
    ManifestState newest = head.manifest();
    if (!tables.isEmpty()) {
      ManifestState published = foldTables(head, tables, installer);
      newest = published == null ? newest : published;
    }
    if (newest.fragmentCount() >= COMMITS_BETWEEN) {
      foldManifest(newest, installer);
    }
  }

  private @Nullable ManifestState foldTables(
      BranchHead head, List<TableEntry> tables, Installer installer) {
    ManifestState base = head.manifest();
    Sidecar sidecar = sidecar(base, tables);
    context.faults().around(FaultPoint.SIDECAR_WRITE, () -> parts.sidecars().write(sidecar));
    PublishRows rows = PublishRows.of(context, base, List.of());
    Map<TableKey, Footprint.Touched> touched = new TreeMap<>();
    List<SnapshotHandle> folded = new ArrayList<>();
    try {
      for (TableEntry entry : tables) {
        SnapshotHandle next = context.faults().around(FaultPoint.COMPACT_TABLE, () -> fold(entry));
        folded.add(next);
        if (next.version() != entry.version()) {
          rows.move(
              entry,
              new TableEntry(
                  entry.key(), entry.path(), next.version(), entry.tableBranch(), entry.rowCount()),
              next.manifestFile());
          touched.put(entry.key(), new Footprint.Touched.Addresses());
        }
      }
      if (touched.isEmpty()) {
        parts.sidecars().delete(SidecarStore.key(sidecar.operationId()));
        return null;
      }
      CommitRecord record = rows.record(sidecar, null);
      HeadPublisher.Outcome outcome =
          parts
              .publisher()
              .publish(
                  base,
                  rows.rows(record),
                  rows.head(sidecar, context.lease().epoch()),
                  sidecar.operationId(),
                  sidecar.kind());
      return switch (outcome) {
        case HeadPublisher.Outcome.Published(var state) -> {
          installer.install(state, record, new Footprint(touched, false));
          parts.cleaner().deleteLater(sidecar.operationId(), () -> {});
          yield state;
        }
        case HeadPublisher.Outcome.HeadMoved(var state) -> {
          state.close();
          throw new StorageException(
              "manifest_head_moved", "the head moved although this process owns the graph");
        }
        case HeadPublisher.Outcome.Unknown(var cause) -> throw cause;
      };
    } finally {
      folded.forEach(SnapshotHandle::close);
    }
  }

  private SnapshotHandle fold(TableEntry entry) {
    context.lease().requireHeld();
    TableMaintenance maintenance = context.storage().maintenance();
    try (SnapshotHandle pinned = context.storage().open(entry.address(), entry.version());
        SnapshotHandle indexed = maintenance.optimizeIndices(pinned)) {
      SnapshotHandle compacted =
          TableSchemas.hasBlob(indexed.schema())
              ? context.storage().open(entry.address(), indexed.version())
              : maintenance.compact(indexed);
      context.storage().forceCommitted(compacted);
      return compacted;
    }
  }

  private Sidecar sidecar(ManifestState base, List<TableEntry> tables) {
    return new Sidecar(
        context.ids().nextUlid(),
        new CommitId(context.ids().nextUlid()),
        context.nowMicros(),
        CommitKind.MAINTENANCE,
        null,
        context.lease().epoch(),
        base.branch(),
        base.head().commit(),
        null,
        null,
        List.of(),
        tables.stream()
            .map(
                t ->
                    new Sidecar.Table(
                        t.key(),
                        t.path(),
                        t.tableBranch(),
                        t.version(),
                        t.rowCount(),
                        null,
                        null,
                        null))
            .toList(),
        List.of(),
        List.of());
  }

  /** The manifest shows the same before and after, so this is neither armed nor published. */
  private void foldManifest(ManifestState base, Installer installer) {
    SnapshotHandle compacted =
        context
            .faults()
            .around(
                FaultPoint.COMPACT_MANIFEST,
                () -> {
                  context.lease().requireHeld();
                  return context.storage().maintenance().compact(base.handle());
                });
    context.storage().forceCommitted(compacted);
    installer.install(context.manifests().read(base.branch(), compacted), null, Footprint.NOTHING);
  }
}
