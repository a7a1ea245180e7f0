package io.omnigraph.storage.lance;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableBranch;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TransactionRecord;
import io.omnigraph.storage.TransactionTag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.WriteParams;

/** The tables of one root as Lance datasets. A thin front: each part does one thing. */
final class LanceTableStorage implements TableStorage {

  private final LanceContext context;
  private final LanceStaging staging;
  private final LanceCommits commits;
  private final LanceBranches branches;
  private final LanceDurability durability;
  private final LanceMaintenance maintenance;
  private final boolean ownsObjects;
  private boolean closed;

  LanceTableStorage(LanceContext context, boolean ownsObjects) {
    this.context = context;
    this.ownsObjects = ownsObjects;
    this.staging = new LanceStaging(context);
    this.commits = new LanceCommits(context);
    this.durability = new LanceDurability(context);
    this.branches = new LanceBranches(context, durability);
    this.maintenance = new LanceMaintenance(context, durability);
  }

  @Override
  public BufferAllocator allocator() {
    return context.allocator;
  }

  @Override
  public SnapshotHandle create(
      TableAddress address, Schema schema, Map<String, String> schemaMetadata, RowSource rows) {
    if (address.branch() != null) {
      throw new IllegalArgumentException("a table is created on main: " + address);
    }
    Schema stamped = new Schema(schema.getFields(), schemaMetadata);
    context.runtime.forget(context.uri(address));
    Dataset dataset =
        staging.exporting(
            new StampedRows(stamped, rows),
            address,
            "create",
            stream ->
                Dataset.write().allocator(context.allocator).stream(stream)
                    .uri(context.uri(address))
                    .mode(WriteParams.WriteMode.CREATE)
                    .enableStableRowIds(true)
                    .dataStorageVersion(LanceStaging.DATA_STORAGE_VERSION)
                    .allowExternalBlobOutsideBases(true)
                    .storageOptions(context.lanceOptions(true))
                    .session(context.runtime.session())
                    .execute());
    durability.forceAll(address);
    return new LanceSnapshot(context, address, dataset, LanceContext.MAIN_INCARNATION);
  }

  @Override
  public SnapshotHandle open(TableAddress address, long version) {
    return context.open(address, version);
  }

  @Override
  public SnapshotHandle openHead(TableAddress address) {
    return context.openHead(address);
  }

  @Override
  public boolean exists(TableAddress address) {
    try {
      context.openHead(address).close();
      return true;
    } catch (NotFoundException | GoneException e) {
      return false;
    }
  }

  @Override
  public long latestVersion(SnapshotHandle handle) {
    LanceSnapshot snapshot = (LanceSnapshot) handle;
    return snapshot.call("probe", snapshot.dataset()::latestVersion);
  }

  @Override
  public String incarnation(TableAddress address) {
    return context.incarnation(address);
  }

  @Override
  public SnapshotHandle fork(SnapshotHandle source, BranchName branch) {
    return branches.fork((LanceSnapshot) source, branch);
  }

  @Override
  public List<BranchName> branchNames(String path) {
    return List.copyOf(branches.times(path).keySet());
  }

  @Override
  public SortedMap<BranchName, Instant> branchTimes(String path) {
    return branches.times(path);
  }

  @Override
  public List<TableBranch> branches(String path) {
    return branches.list(path);
  }

  @Override
  public void deleteBranch(String path, BranchName branch) {
    branches.delete(path, branch, true);
    durability.forget(new TableAddress(path, branch));
  }

  @Override
  public void deleteLeafBranch(String path, BranchName branch) {
    branches.delete(path, branch, false);
    durability.forget(new TableAddress(path, branch));
  }

  @Override
  public void drop(String path) {
    context.runtime.forget(context.uri(TableAddress.main(path)));
    context.objects.deletePrefix(path + "/");
    durability.forget(TableAddress.main(path));
  }

  @Override
  public StagedFiles writeFiles(SnapshotHandle base, RowSource rows, int maxRowsPerFile) {
    return staging.writeFiles((LanceSnapshot) base, base.address(), rows, maxRowsPerFile);
  }

  @Override
  public StagedFiles writeFilesForFork(
      SnapshotHandle source, BranchName branch, RowSource rows, int maxRowsPerFile) {
    return staging.writeFiles(
        (LanceSnapshot) source,
        new TableAddress(source.address().path(), branch),
        rows,
        maxRowsPerFile);
  }

  @Override
  public StagedWrite stage(SnapshotHandle base, StageRequest request) {
    return staging.stage((LanceSnapshot) base, request);
  }

  @Override
  public StagedWrite stageSchema(SnapshotHandle base, Schema target, Map<String, String> renamed) {
    return staging.stageSchema((LanceSnapshot) base, target, renamed);
  }

  @Override
  public StagedWrite stageReplacement(SnapshotHandle base, Schema target) {
    return staging.stageReplacement((LanceSnapshot) base, target);
  }

  @Override
  public StagedWrite stageFromRedo(SnapshotHandle base, RedoRecord redo) {
    return staging.fromRedo((LanceSnapshot) base, redo);
  }

  @Override
  public boolean filesIntact(SnapshotHandle base, StagedWrite staged) {
    return staging.filesIntact((LanceSnapshot) base, (LanceStagedWrite) staged);
  }

  @Override
  public CommitOutcome commit(StagedWrite staged, TransactionTag tag) {
    return commits.commit((LanceStagedWrite) staged, tag);
  }

  @Override
  public CommitOutcome restore(SnapshotHandle head, long version, TransactionTag tag) {
    return commits.restore((LanceSnapshot) head, version, tag);
  }

  @Override
  public List<TransactionRecord> transactionsSince(SnapshotHandle handle, long afterVersion) {
    return commits.transactionsSince((LanceSnapshot) handle, afterVersion);
  }

  @Override
  public boolean deleteTornHead(TableAddress address, long above) {
    return LanceTornHeads.delete(context, address, above);
  }

  @Override
  public SnapshotHandle openNewestComplete(TableAddress address) {
    OptionalLong complete = LanceTornHeads.newestComplete(context, address);
    return complete.isPresent()
        ? context.open(address, complete.getAsLong())
        : context.openHead(address);
  }

  @Override
  public void forceStaged(StagedWrite staged) {
    durability.forceStaged((LanceStagedWrite) staged);
  }

  @Override
  public void forceCommitted(SnapshotHandle handle) {
    durability.forceCommitted((LanceSnapshot) handle);
  }

  @Override
  public void forceFork(SnapshotHandle fork) {
    durability.forceFork((LanceSnapshot) fork);
  }

  @Override
  public TableMaintenance maintenance() {
    return maintenance;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      context.allocator.close();
    } finally {
      if (ownsObjects) {
        context.objects.close();
      }
    }
  }
}
