package io.omnigraph.testing;

import io.omnigraph.model.BranchName;
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
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table storage whose calls pass interceptors; the target is the table's address. An injected
 * fault at {@code commit} or {@code restore} comes out as an outcome: rejected if nothing happened,
 * unknown if the answer was lost. Closing passes through untouched.
 */
public final class InterceptedTableStorage implements TableStorage {

  private final TableStorage delegate;
  private final List<CallInterceptor> interceptors;

  /** The first interceptor stands outermost. */
  public InterceptedTableStorage(TableStorage delegate, CallInterceptor... interceptors) {
    this.delegate = delegate;
    this.interceptors = List.of(interceptors);
  }

  static <T> T through(
      List<CallInterceptor> interceptors, String operation, String target, Supplier<T> body) {
    Supplier<T> wrapped = body;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      CallInterceptor interceptor = interceptors.get(i);
      Supplier<T> inner = wrapped;
      wrapped = () -> interceptor.around(operation, target, inner);
    }
    return wrapped.get();
  }

  private <T> T call(String operation, Object target, Supplier<T> body) {
    return through(interceptors, operation, target.toString(), body);
  }

  private void run(String operation, Object target, Runnable body) {
    call(
        operation,
        target,
        () -> {
          body.run();
          return operation;
        });
  }

  private CommitOutcome outcome(String operation, Object target, Supplier<CommitOutcome> body) {
    try {
      return call(operation, target, body);
    } catch (CallFaults.InjectedFault fault) {
      return fault.isAfterEffect()
          ? new CommitOutcome.Unknown(fault)
          : new CommitOutcome.Rejected(fault);
    }
  }

  @Override
  public BufferAllocator allocator() {
    return delegate.allocator();
  }

  @Override
  public SnapshotHandle create(
      TableAddress address, Schema schema, Map<String, String> schemaMetadata, RowSource rows) {
    return call("create", address, () -> delegate.create(address, schema, schemaMetadata, rows));
  }

  @Override
  public SnapshotHandle open(TableAddress address, long version) {
    return call("open", address, () -> delegate.open(address, version));
  }

  @Override
  public SnapshotHandle openHead(TableAddress address) {
    return call("openHead", address, () -> delegate.openHead(address));
  }

  @Override
  public boolean exists(TableAddress address) {
    return call("exists", address, () -> delegate.exists(address));
  }

  @Override
  public long latestVersion(SnapshotHandle handle) {
    return call("latestVersion", handle.address(), () -> delegate.latestVersion(handle));
  }

  @Override
  public String incarnation(TableAddress address) {
    return call("incarnation", address, () -> delegate.incarnation(address));
  }

  @Override
  public SnapshotHandle fork(SnapshotHandle source, BranchName branch) {
    return call(
        "fork",
        new TableAddress(source.address().path(), branch),
        () -> delegate.fork(source, branch));
  }

  @Override
  public List<BranchName> branchNames(String path) {
    return call("branchNames", path, () -> delegate.branchNames(path));
  }

  @Override
  public SortedMap<BranchName, Instant> branchTimes(String path) {
    return call("branchTimes", path, () -> delegate.branchTimes(path));
  }

  @Override
  public List<TableBranch> branches(String path) {
    return call("branches", path, () -> delegate.branches(path));
  }

  @Override
  public void deleteBranch(String path, BranchName branch) {
    run("deleteBranch", new TableAddress(path, branch), () -> delegate.deleteBranch(path, branch));
  }

  @Override
  public void deleteLeafBranch(String path, BranchName branch) {
    run(
        "deleteLeafBranch",
        new TableAddress(path, branch),
        () -> delegate.deleteLeafBranch(path, branch));
  }

  @Override
  public void drop(String path) {
    run("drop", path, () -> delegate.drop(path));
  }

  @Override
  public StagedFiles writeFiles(SnapshotHandle base, RowSource rows, int maxRowsPerFile) {
    return call(
        "writeFiles", base.address(), () -> delegate.writeFiles(base, rows, maxRowsPerFile));
  }

  @Override
  public StagedFiles writeFilesForFork(
      SnapshotHandle source, BranchName branch, RowSource rows, int maxRowsPerFile) {
    return call(
        "writeFilesForFork",
        new TableAddress(source.address().path(), branch),
        () -> delegate.writeFilesForFork(source, branch, rows, maxRowsPerFile));
  }

  @Override
  public StagedWrite stage(SnapshotHandle base, StageRequest request) {
    return call("stage", base.address(), () -> delegate.stage(base, request));
  }

  @Override
  public StagedWrite stageSchema(SnapshotHandle base, Schema target, Map<String, String> renamed) {
    return call("stageSchema", base.address(), () -> delegate.stageSchema(base, target, renamed));
  }

  @Override
  public StagedWrite stageReplacement(SnapshotHandle base, Schema target) {
    return call("stageReplacement", base.address(), () -> delegate.stageReplacement(base, target));
  }

  @Override
  public StagedWrite stageFromRedo(SnapshotHandle base, RedoRecord redo) {
    return call("stageFromRedo", base.address(), () -> delegate.stageFromRedo(base, redo));
  }

  @Override
  public boolean filesIntact(SnapshotHandle base, StagedWrite staged) {
    return call("filesIntact", base.address(), () -> delegate.filesIntact(base, staged));
  }

  @Override
  public CommitOutcome commit(StagedWrite staged, TransactionTag tag) {
    return outcome("commit", staged.base().address(), () -> delegate.commit(staged, tag));
  }

  @Override
  public CommitOutcome restore(SnapshotHandle head, long version, TransactionTag tag) {
    return outcome("restore", head.address(), () -> delegate.restore(head, version, tag));
  }

  @Override
  public List<TransactionRecord> transactionsSince(SnapshotHandle handle, long afterVersion) {
    return call(
        "transactionsSince",
        handle.address(),
        () -> delegate.transactionsSince(handle, afterVersion));
  }

  @Override
  public boolean deleteTornHead(TableAddress address, long above) {
    return call("deleteTornHead", address, () -> delegate.deleteTornHead(address, above));
  }

  @Override
  public SnapshotHandle openNewestComplete(TableAddress address) {
    return call("openNewestComplete", address, () -> delegate.openNewestComplete(address));
  }

  @Override
  public void forceStaged(StagedWrite staged) {
    run("forceStaged", staged.base().address(), () -> delegate.forceStaged(staged));
  }

  @Override
  public void forceCommitted(SnapshotHandle handle) {
    run("forceCommitted", handle.address(), () -> delegate.forceCommitted(handle));
  }

  @Override
  public void forceFork(SnapshotHandle fork) {
    run("forceFork", fork.address(), () -> delegate.forceFork(fork));
  }

  @Override
  public TableMaintenance maintenance() {
    TableMaintenance inner = delegate.maintenance();
    return new TableMaintenance() {
      @Override
      public SnapshotHandle createIndex(SnapshotHandle head, IndexSpec spec) {
        return call("createIndex", head.address(), () -> inner.createIndex(head, spec));
      }

      @Override
      public SnapshotHandle optimizeIndices(SnapshotHandle head) {
        return call("optimizeIndices", head.address(), () -> inner.optimizeIndices(head));
      }

      @Override
      public SnapshotHandle compact(SnapshotHandle head) {
        return call("compact", head.address(), () -> inner.compact(head));
      }

      @Override
      public Removed cleanup(SnapshotHandle head, long keepFromVersion, Instant olderThan) {
        return call(
            "cleanup", head.address(), () -> inner.cleanup(head, keepFromVersion, olderThan));
      }

      @Override
      public long versionsBefore(SnapshotHandle head, long version) {
        return call("versionsBefore", head.address(), () -> inner.versionsBefore(head, version));
      }
    };
  }

  @Override
  public void close() {
    delegate.close();
  }
}
