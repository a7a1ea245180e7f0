package io.omnigraph.publish;

import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.publish.LegacySidecar.Verdict;
import io.omnigraph.publish.RecoveryAudit.TableOutcome;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settles sidecars of schema versions 1 and 2 by the arithmetic of version numbers: all tables
 * moved as promised, the commit is published at what is there; otherwise every moved table is
 * restored.
 */
final class LegacyRecovery {

  /**
   * @param head null if the branch of the table was never made
   */
  private record Judged(
      LegacySidecar.Pin pin, TableEntry published, @Nullable SnapshotHandle head, Verdict verdict) {

    SnapshotHandle moved() {
      return Objects.requireNonNull(head);
    }

    /** True if the write was to be the first of its branch to this table. */
    boolean forks() {
      return !published.address().equals(pin.address());
    }
  }

  private final LaneContext context;
  private final RecoveryPublisher publisher;
  private final Rollback rollback;
  private final SettlementAudit audit;

  LegacyRecovery(
      LaneContext context, RecoveryPublisher publisher, Rollback rollback, SettlementAudit audit) {
    this.context = context;
    this.publisher = publisher;
    this.rollback = rollback;
    this.audit = audit;
  }

  /** Settles an operation that the lineage does not show. */
  Recovery.Settled settle(
      ManifestState state, LegacySidecar sidecar, InterruptedOperation operation) {
    List<Judged> tables = new ArrayList<>();
    try {
      boolean complete = true;
      for (LegacySidecar.Pin pin : sidecar.pins()) {
        TableEntry published = state.tables().get(pin.key());
        if (published == null || !isAtHome(published, pin, state.branch())) {
          complete = false;
          continue;
        }
        tables.add(judge(sidecar, pin, published));
      }
      requireNoneBehind(tables);
      boolean forward =
          complete
              && !sidecar.changesStructure()
              && !sidecar.writerKind().equals("SchemaApply")
              && tables.stream().allMatch(t -> t.verdict() == Verdict.ROLLED_PAST_EXPECTED);
      boolean stale =
          tables.stream().allMatch(t -> t.verdict() == Verdict.NO_MOVEMENT)
              && tables.stream().anyMatch(t -> t.published().version() > t.pin().expected());
      if (stale) {
        return new Recovery.Settled.Published(noteStale(state, operation, tables));
      }
      if (forward) {
        return new Recovery.Settled.Published(rollForward(state, sidecar, operation, tables));
      }
      return new Recovery.Settled.Undone(rollBack(state, operation, tables));
    } finally {
      tables.stream().map(Judged::head).filter(Objects::nonNull).forEach(SnapshotHandle::close);
    }
  }

  /** A pin names the lineage that the table has, or the one that the branch was to get. */
  private static boolean isAtHome(TableEntry published, LegacySidecar.Pin pin, BranchName branch) {
    return published.address().equals(pin.address())
        || branch.equals(pin.tableBranch()) && !published.ownedBy(branch);
  }

  private Judged judge(LegacySidecar sidecar, LegacySidecar.Pin pin, TableEntry published) {
    context.storage().deleteTornHead(pin.address(), published.version());
    SnapshotHandle head;
    try {
      head = context.storage().openHead(pin.address());
    } catch (NotFoundException e) {
      if (published.address().equals(pin.address())) {
        throw e;
      }
      return new Judged(pin, published, null, Verdict.NO_MOVEMENT);
    }
    try {
      Verdict verdict =
          LegacySidecar.judge(sidecar.matching(), pin, published.version(), head.version());
      if (verdict == Verdict.ROLLED_PAST_EXPECTED && !isOurs(pin, head, published.version())) {
        verdict =
            head.version() == published.version() + 1
                ? Verdict.UNEXPECTED_AT_P1
                : Verdict.UNEXPECTED_MULTISTEP;
      }
      return new Judged(pin, published, head, verdict);
    } catch (RuntimeException e) {
      head.close();
      throw e;
    }
  }

  /** Where the writer noted its transaction, the versions alone do not convince. */
  private boolean isOurs(LegacySidecar.Pin pin, SnapshotHandle head, long published) {
    return pin.uuid() == null
        || context.storage().transactionsSince(head, published).stream()
            .anyMatch(t -> t.uuid().equals(pin.uuid()));
  }

  private static void requireNoneBehind(List<Judged> tables) {
    for (Judged table : tables) {
      if (table.verdict() == Verdict.INVARIANT_VIOLATION) {
        throw new InternalException(
            "table_behind_manifest",
            "table '"
                + table.pin().key()
                + "' is at version "
                + table.moved().version()
                + ", behind its published version "
                + table.published().version()
                + "; operator review required",
            Map.of("table_key", table.pin().key().toString()));
      }
    }
  }

  private Rollback.@Nullable Restoration rollBack(
      ManifestState state, InterruptedOperation operation, List<Judged> tables) {
    Rollback.Restoration restored =
        rollback.run(
            state,
            tables.stream()
                .filter(t -> t.verdict() != Verdict.NO_MOVEMENT && !t.forks())
                .map(t -> new Rollback.Drift(t.published(), t.moved()))
                .toList(),
            operation);
    tables.stream()
        .filter(t -> t.forks() && t.head() != null)
        .forEach(
            t ->
                rollback.deleteFork(
                    t.published().path(), Objects.requireNonNull(t.pin().tableBranch())));
    return restored;
  }

  /** The publish had succeeded; only the sidecar was left. */
  private CommitRecord noteStale(
      ManifestState state, InterruptedOperation operation, List<Judged> tables) {
    CommitRecord note = publisher.publishNote(state, operation);
    audit.rolledForward(
        operation,
        note.commit().id(),
        tables.stream()
            .map(t -> new TableOutcome(t.pin().key(), t.pin().expected(), t.published().version()))
            .toList());
    return note;
  }

  private CommitRecord rollForward(
      ManifestState state,
      LegacySidecar sidecar,
      InterruptedOperation operation,
      List<Judged> tables) {
    CommitId minted = sidecar.commitId();
    CommitId id = minted == null ? new CommitId(context.ids().nextUlid()) : minted;
    Long createdAt = sidecar.createdAtMicros();
    Sidecar publish =
        Sidecar.withoutTables(
            sidecar.operationId(),
            id,
            minted == null || createdAt == null ? context.nowMicros() : createdAt,
            sidecar.kind(),
            minted == null ? ActorId.RECOVERY : author(sidecar),
            context.lease().epoch(),
            state,
            sidecar.mergeSource());
    PublishRows rows = PublishRows.of(context, state, publish);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (Judged table : tables) {
      rows.move(
          table.published(),
          new TableEntry(
              table.pin().key(),
              table.published().path(),
              table.moved().version(),
              table.pin().tableBranch(),
              table.moved().countRows()),
          table.moved().manifestFile());
      outcomes.add(
          new TableOutcome(table.pin().key(), table.pin().expected(), table.moved().version()));
    }
    CommitRecord record =
        publisher.publish(state, rows, publish, ActorId.RECOVERY, sidecar.operationId());
    audit.rolledForward(operation, id, outcomes);
    return record;
  }

  private static @Nullable ActorId author(LegacySidecar sidecar) {
    return sidecar.actor() == null ? null : new ActorId(sidecar.actor());
  }
}
