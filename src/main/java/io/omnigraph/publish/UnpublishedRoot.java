package io.omnigraph.publish;

import com.github.f4b6a3.ulid.Ulid;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.IdSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableStorage;

/**
 * Commits tables and manifests of a root that is no graph yet: an import under the writer lease.
 * Nobody reads there and nobody else writes, and whatever fails is removed as a whole, so there is
 * no lane, no sidecar and nothing to recover.
 */
public final class UnpublishedRoot {

  private final TableStorage storage;
  private final IdSource ids;
  private final WriterLease lease;

  /**
   * @param ids mints names of transactions
   */
  public UnpublishedRoot(TableStorage storage, IdSource ids, WriterLease lease) {
    this.storage = storage;
    this.ids = ids;
    this.lease = lease;
  }

  public TableStorage storage() {
    return storage;
  }

  public IdSource ids() {
    return ids;
  }

  /** The epoch that head rows carry. */
  public long epoch() {
    return lease.epoch();
  }

  /**
   * Commits what was staged and forces it to disk.
   *
   * @return the new version; the caller closes it
   */
  public SnapshotHandle commit(StagedWrite staged, CommitId commit, CommitKind kind) {
    lease.requireHeld();
    storage.forceStaged(staged);
    String operation = ids.nextUlid();
    String uuid = Ulid.from(operation).toUuid().toString();
    SnapshotHandle handle =
        storage.commit(staged, HeadPublisher.tag(uuid, operation, commit, kind)).orElseThrow();
    storage.forceCommitted(handle);
    return handle;
  }
}
