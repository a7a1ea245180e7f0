package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A commit that moves tables to versions with other files but the same rows. The library commits
 * such work on its own and without a redo record, so a crash in between is rolled back by recovery.
 * Used by a lane's committer only.
 */
final class PhysicalCommit {

  private final LaneContext context;
  private final LaneParts parts;
  private final Runnable ifLeft;

  /**
   * @param ifLeft told if the sidecar could not be removed after the publish
   */
  PhysicalCommit(LaneContext context, LaneParts parts, Runnable ifLeft) {
    this.context = context;
    this.parts = parts;
    this.ifLeft = ifLeft;
  }

  /**
   * Runs the work of each table and publishes what came of it as one commit.
   *
   * @param work by table; each table must be owned by the branch
   * @return the published state, already handed to the installer; null if no table moved
   */
  @Nullable ManifestState run(
      ManifestState base, Map<TableEntry, TableUpkeep> work, LaneUpkeep.Installer installer) {
    Sidecar sidecar = sidecar(base, List.copyOf(work.keySet()));
    context.faults().around(FaultPoint.SIDECAR_WRITE, () -> parts.sidecars().write(sidecar));
    PublishRows rows = PublishRows.of(context, base, List.of());
    Map<TableKey, Footprint.Touched> touched = new TreeMap<>();
    List<SnapshotHandle> done = new ArrayList<>();
    try {
      work.forEach(
          (entry, upkeep) -> {
            SnapshotHandle next =
                context.faults().around(FaultPoint.COMPACT_TABLE, () -> apply(entry, upkeep));
            done.add(next);
            if (next.version() != entry.version()) {
              rows.move(entry, at(entry, next.version()), next.manifestFile());
              touched.put(entry.key(), new Footprint.Touched.Addresses());
            }
          });
      if (touched.isEmpty()) {
        parts.sidecars().delete(SidecarStore.key(sidecar.operationId()));
        return null;
      }
      return publish(base, sidecar, rows, new Footprint(touched, false), installer);
    } finally {
      done.forEach(SnapshotHandle::close);
    }
  }

  private ManifestState publish(
      ManifestState base,
      Sidecar sidecar,
      PublishRows rows,
      Footprint footprint,
      LaneUpkeep.Installer installer) {
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
        installer.install(state, record, footprint);
        parts.cleaner().deleteLater(sidecar.operationId(), ifLeft);
        yield state;
      }
      case HeadPublisher.Outcome.HeadMoved(var state) -> {
        state.close();
        throw new StorageException(
            "manifest_head_moved", "the head moved although this process owns the graph");
      }
      case HeadPublisher.Outcome.Unknown(var cause) -> throw cause;
    };
  }

  private SnapshotHandle apply(TableEntry entry, TableUpkeep upkeep) {
    context.lease().requireHeld();
    try (SnapshotHandle pinned = context.storage().open(entry.address(), entry.version())) {
      if (context.storage().latestVersion(pinned) != entry.version()) {
        throw new TableDriftException(entry.key(), entry.version());
      }
      SnapshotHandle next = upkeep.apply(context.storage().maintenance(), pinned);
      try {
        requireOwnMoves(entry, next);
        context.storage().forceCommitted(next);
        return next;
      } catch (RuntimeException | Error e) {
        next.close();
        throw e;
      }
    }
  }

  /**
   * Folding goes on top of whatever is newest. What an earlier owner commits just now, after it was
   * paused, must not be published with it.
   */
  private void requireOwnMoves(TableEntry entry, SnapshotHandle next) {
    boolean foreign =
        next.version() != entry.version()
            && context.storage().transactionsSince(next, entry.version()).stream()
                .anyMatch(moved -> moved.properties().containsKey(HeadPublisher.OPERATION));
    if (foreign) {
      throw new TableDriftException(entry.key(), entry.version());
    }
  }

  private static TableEntry at(TableEntry entry, long version) {
    return new TableEntry(
        entry.key(), entry.path(), version, entry.tableBranch(), entry.rowCount());
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
        List.of(),
        List.of());
  }
}
