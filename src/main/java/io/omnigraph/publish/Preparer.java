package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedFiles;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs the preparation of an operation on a snapshot and writes its data files, which stay
 * invisible. Works outside the lane, in parallel with everything else; again inside it when the
 * base moved.
 */
final class Preparer {

  private final LaneContext context;
  private final FileIds fileIds = new FileIds();

  Preparer(LaneContext context) {
    this.context = context;
  }

  /** Where the ids of files are known. */
  FileIds fileIds() {
    return fileIds;
  }

  <R> PreparedWork<R> prepare(LaneOperation<R> operation, Snapshot snapshot) {
    LaneBase base =
        new LaneBase(snapshot, context.handles(), fileIds, context.storage().allocator());
    Prepared<R> prepared;
    try {
      prepared = context.faults().around(FaultPoint.PREPARE, () -> operation.prepare(base));
    } catch (RuntimeException | Error e) {
      closeAfterFailure(base, e);
      throw e;
    }
    PreparedWork<R> work = new PreparedWork<>(base, prepared, Map.of());
    try {
      return new PreparedWork<>(
          base, prepared, writeFiles(operation.info().branch(), base, prepared));
    } catch (RuntimeException | Error e) {
      closeAfterFailure(work, e);
      throw e;
    }
  }

  /**
   * Writes ahead what goes to tables that the branch owns. A fork may have to clear the folder of
   * its branch of what an earlier branch of that name left, so nothing lies there before.
   */
  private Map<TableKey, StagedFiles> writeFiles(
      BranchName branch, LaneBase base, Prepared<?> prepared) {
    Map<TableKey, StagedFiles> files = new ConcurrentHashMap<>();
    Map<TableKey, Runnable> steps = new TreeMap<>();
    prepared
        .tables()
        .forEach(
            (key, delta) -> {
              if (delta.added().rowCount() > 0 && base.snapshot().table(key).ownedBy(branch)) {
                steps.put(
                    key,
                    () ->
                        files.put(
                            key,
                            write(base.table(key), base.snapshot().table(key), branch, delta)));
              }
            });
    Parallel.run(context.executor(), steps.values());
    return files;
  }

  /**
   * Writes the added rows where the branch's own lineage of the table keeps, or will keep, them.
   */
  StagedFiles write(SnapshotHandle handle, TableEntry entry, BranchName branch, TableDelta delta) {
    return context
        .faults()
        .around(
            FaultPoint.STAGE_FILES,
            () ->
                entry.ownedBy(branch)
                    ? context.storage().writeFiles(handle, delta.added(), 0)
                    : context.storage().writeFilesForFork(handle, branch, delta.added(), 0));
  }

  private static void closeAfterFailure(AutoCloseable resource, Throwable failure) {
    try {
      resource.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  /** True if files were written for the lineage that a branch uses of a table. */
  static boolean fits(@Nullable StagedFiles files, BranchName branch) {
    return files != null
        && (branch.isMain()
            ? files.address().branch() == null
            : branch.equals(files.address().branch()));
  }
}
