package io.omnigraph.publish;

import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.StagedFold;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TransactionTag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Runnable ifLeft;
  private final Map<TableKey, Integer> writes = new HashMap<>();

  LaneUpkeep(LaneContext context, LaneParts parts, Runnable ifLeft) {
    this.context = context;
    this.parts = parts;
    this.ifLeft = ifLeft;
  }

  /** Counts a published commit; true if it is time to fold. */
  boolean due(CommitRecord record, ManifestState state) {
    boolean table = false;
    int operations = Math.max(1, record.operations().size());
    for (TableMove move : record.commit().tables()) {
      table |= writes.merge(move.key(), operations, Integer::sum) >= COMMITS_BETWEEN;
    }
    return table || state.looseFragments() >= COMMITS_BETWEEN;
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
      Map<TableEntry, TableUpkeep> work = new LinkedHashMap<>();
      tables.forEach(entry -> work.put(entry, this::fold));
      ManifestState published =
          new PhysicalCommit(context, parts, ifLeft).run(head.manifest(), work, installer);
      newest = published == null ? newest : published;
    }
    if (newest.looseFragments() >= COMMITS_BETWEEN) {
      foldManifest(newest, installer);
    }
  }

  /** Covers new fragments by the indices first, then merges small ones; rows keep their ids. */
  private SnapshotHandle fold(TableMaintenance maintenance, SnapshotHandle pinned) {
    try (SnapshotHandle indexed = maintenance.optimizeIndices(pinned)) {
      // Compaction of blob columns is not trusted to the library: the handle is merely opened anew.
      return maintenance.compact(indexed);
    }
  }

  /** The manifest shows the same before and after, so this is neither armed nor published. */
  private void foldManifest(ManifestState base, Installer installer) {
    installer.install(
        context.faults().around(FaultPoint.COMPACT_MANIFEST, () -> fold(base)),
        null,
        Footprint.NOTHING);
  }

  private ManifestState fold(ManifestState base) {
    context.lease().requireHeld();
    StagedFold staged = context.manifests().stageFold(base);
    context.storage().forceStaged(staged.write());
    TransactionTag tag =
        new TransactionTag(parts.publisher().mintUuid(), Map.of("omni.op", "fold"));
    return switch (context.storage().commit(staged.write(), tag)) {
      case CommitOutcome.Committed(var handle) -> {
        ManifestState folded = context.manifests().advance(staged, handle);
        context.storage().forceCommitted(handle);
        yield folded;
      }
      case CommitOutcome.Rejected(var cause) -> throw cause;
      case CommitOutcome.Unknown(var cause) -> throw cause;
    };
  }
}
