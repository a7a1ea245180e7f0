package io.omnigraph.publish;

import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TransactionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the store shows of the tables that an interrupted publish names: which transactions landed,
 * by their uuids, and whether the rest can still be done. Owns the handles it opened.
 */
final class TableFindings implements AutoCloseable {

  /** One table that is as it should be: its transaction landed alone, or can be done again. */
  static final class Finding {
    private final Sidecar.Table table;
    private SnapshotHandle head;
    private final @Nullable StagedWrite redo;

    private Finding(Sidecar.Table table, SnapshotHandle head, @Nullable StagedWrite redo) {
      this.table = table;
      this.head = head;
      this.redo = redo;
    }

    Sidecar.Table table() {
      return table;
    }

    boolean landed() {
      return redo == null;
    }

    StagedWrite redo() {
      return Objects.requireNonNull(redo);
    }

    /** Open at the newest version. */
    SnapshotHandle head() {
      return head;
    }

    /** Takes over the handle that a redo produced. */
    void replaceHead(SnapshotHandle next) {
      head.close();
      head = next;
    }
  }

  private final List<Finding> usable = new ArrayList<>();
  private final List<Rollback.Drift> drifted = new ArrayList<>();
  private final List<Sidecar.Table> forks = new ArrayList<>();
  private final List<SnapshotHandle> others = new ArrayList<>();
  private boolean holds;

  private TableFindings() {}

  static TableFindings examine(LaneContext context, ManifestState state, Sidecar sidecar) {
    TableFindings findings = new TableFindings();
    findings.holds = state.head().commit().equals(sidecar.baseCommit()) && sidecar.hasCreatedAll();
    try {
      for (Sidecar.Table table : sidecar.tables()) {
        findings.examine(context, state, table);
      }
      return findings;
    } catch (RuntimeException | Error e) {
      findings.close();
      throw e;
    }
  }

  private void examine(LaneContext context, ManifestState state, Sidecar.Table table) {
    TableEntry entry = state.tables().get(table.key());
    boolean placed = entry != null && entry.address().equals(table.address());
    if (!placed && table.forkFrom() == null) {
      holds = false;
      return;
    }
    if (!placed && table.transaction() == null) {
      forks.add(table);
      holds = false;
      return;
    }
    long base = placed ? Objects.requireNonNull(entry).version() : table.baseVersion();
    context.storage().deleteTornHead(table.address(), base);
    SnapshotHandle head;
    try {
      head = context.storage().openHead(table.address());
    } catch (NotFoundException e) {
      if (placed) {
        throw e;
      }
      forks.add(table);
      holds = false;
      return;
    }
    others.add(head);
    List<TransactionRecord> moved = context.storage().transactionsSince(head, base);
    boolean landed =
        moved.size() == 1 && table.uuid() != null && moved.get(0).uuid().equals(table.uuid());
    boolean baseHolds = placed ? base == table.baseVersion() && !forked(table) : fits(entry, table);
    if (baseHolds && landed) {
      use(new Finding(table, head, null));
    } else if (baseHolds && moved.isEmpty() && redoable(context, table, head)) {
      use(
          new Finding(
              table,
              head,
              context.storage().stageFromRedo(head, Objects.requireNonNull(table.transaction()))));
    } else {
      holds = false;
    }
    if (!placed) {
      forks.add(table);
    } else if (!moved.isEmpty()) {
      drifted.add(new Rollback.Drift(Objects.requireNonNull(entry), head));
    }
  }

  private void use(Finding finding) {
    others.remove(finding.head());
    usable.add(finding);
  }

  private static boolean forked(Sidecar.Table table) {
    return table.forkFrom() != null;
  }

  private static boolean fits(@Nullable TableEntry entry, Sidecar.Table table) {
    Sidecar.ForkSource from = table.forkFrom();
    return entry != null
        && from != null
        && entry.version() == from.version()
        && Objects.equals(entry.tableBranch(), from.tableBranch());
  }

  private static boolean redoable(LaneContext context, Sidecar.Table table, SnapshotHandle head) {
    return table.uuid() != null
        && table.transaction() != null
        && head.version() == table.baseVersion()
        && context
            .storage()
            .filesIntact(head, context.storage().stageFromRedo(head, table.transaction()));
  }

  /** True if the head, every base and every file are as the publish needs them. */
  boolean canRollForward() {
    return holds;
  }

  List<Finding> all() {
    return usable;
  }

  /** Published tables with newer versions than the published one. */
  List<Rollback.Drift> drifted() {
    return drifted;
  }

  /** Forks that no manifest places. */
  List<Sidecar.Table> forksToDelete() {
    return forks;
  }

  @Override
  public void close() {
    usable.forEach(f -> f.head().close());
    others.forEach(SnapshotHandle::close);
  }
}
