package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TransactionTag;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One table that a schema change makes on main. Its path follows from its name, so something may
 * lie there: a table that was dropped, whose old versions stay readable below the new ones, or what
 * an interrupted attempt left. A manifest shows the greatest version of a table, unless a tombstone
 * of at least that version hides it, so the new table is brought above everything recorded under
 * its key. Used by one thread.
 */
final class TableCreation {

  private final LaneContext context;
  private final HeadPublisher publisher;
  private final StructureChange.Create change;
  private final TableAddress address;
  private final long above;
  private final boolean fresh;

  TableCreation(
      LaneContext context,
      HeadPublisher publisher,
      ManifestState base,
      StructureChange.Create change) {
    this.context = context;
    this.publisher = publisher;
    this.change = change;
    TableKey key = change.key();
    this.address = TableAddress.main(TablePaths.of(key));
    this.above = base.greatestRecorded(key);
    this.fresh = !context.storage().exists(address);
  }

  /** For the sidecar, written before {@link #make}. */
  Sidecar.Creation intent() {
    return new Sidecar.Creation(change.key(), address.path(), fresh);
  }

  /** Makes the table; nothing shows it yet. */
  TableEntry make(String operationId, CommitId commit) {
    long rowCount = change.rows().rowCount();
    SnapshotHandle table = start(operationId, commit);
    try {
      // The last commit must land above what is recorded; rows, if any, come with that one.
      while (table.version() + (rowCount > 0 ? 1 : 0) <= above) {
        table = replace(table, operationId, commit);
      }
      if (rowCount > 0) {
        table = fill(table, operationId, commit);
      }
      context.storage().forceCommitted(table);
      return new TableEntry(change.key(), address.path(), table.version(), null, rowCount);
    } finally {
      table.close();
    }
  }

  private SnapshotHandle start(String operationId, CommitId commit) {
    if (fresh) {
      try (RowSource nothing = RowSource.empty(change.columns())) {
        return context.storage().create(address, change.columns(), Map.of(), nothing);
      }
    }
    SnapshotHandle found = context.storage().openHead(address);
    try {
      return replace(found, operationId, commit);
    } catch (RuntimeException | Error e) {
      found.close();
      throw e;
    }
  }

  private SnapshotHandle replace(SnapshotHandle table, String operationId, CommitId commit) {
    return commit(
        table, context.storage().stageReplacement(table, change.columns()), operationId, commit);
  }

  private SnapshotHandle fill(SnapshotHandle table, String operationId, CommitId commit) {
    StagedFiles files = context.storage().writeFiles(table, change.rows(), 0);
    StagedWrite write =
        context
            .storage()
            .stage(table, new StageRequest(new long[0], Set.of(), List.of(files), true));
    context.storage().forceStaged(write);
    return commit(table, write, operationId, commit);
  }

  /** Closes the handle of the version before. */
  private SnapshotHandle commit(
      SnapshotHandle before, StagedWrite write, String operationId, CommitId commit) {
    TransactionTag tag =
        HeadPublisher.tag(publisher.mintUuid(), operationId, commit, CommitKind.SCHEMA_APPLY);
    SnapshotHandle next = TableCommits.commit(context, () -> context.storage().commit(write, tag));
    before.close();
    return next;
  }
}
