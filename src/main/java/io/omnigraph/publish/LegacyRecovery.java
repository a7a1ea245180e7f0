package io.omnigraph.publish;

import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.commit.CommitOperation;
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
import java.util.Optional;
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
  private final Recovery recovery;

  LegacyRecovery(LaneContext context, Recovery recovery) {
    this.context = context;
    this.recovery = recovery;
  }

  void settle(String key, LegacySidecar sidecar) {
    BranchName branch = sidecar.branch() == null ? BranchName.MAIN : sidecar.branch();
    Optional<ManifestState> opened = recovery.openBranch(branch);
    if (opened.isEmpty()) {
      recovery.discardOrphan(key, sidecar.operationId(), sidecar.actor(), sidecar.writerKind());
      return;
    }
    try (ManifestState state = opened.get()) {
      CommitId minted = sidecar.commitId();
      Optional<CommitRecord> landed =
          minted == null ? Optional.empty() : context.log().find(state, minted);
      Optional<CommitRecord> earlier = recovery.recoveryCommitOf(state, sidecar.operationId());
      if (landed.isPresent()) {
        recovery.append(
            RecoveryAudit.Kind.ROLLED_FORWARD,
            landed.get().commit().id(),
            sidecar.operationId(),
            sidecar.actor(),
            sidecar.writerKind(),
            Recovery.outcomes(landed.get()));
      } else if (earlier.isPresent()) {
        recovery.auditAgain(
            sidecar.operationId(), sidecar.actor(), sidecar.writerKind(), earlier.get());
      } else {
        settle(state, sidecar);
      }
    }
    recovery.remove(key);
  }

  private void settle(ManifestState state, LegacySidecar sidecar) {
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
        noteStale(state, sidecar, tables);
      } else if (forward) {
        rollForward(state, sidecar, tables);
      } else {
        recovery.rollBack(
            state,
            tables.stream()
                .filter(t -> t.verdict() != Verdict.NO_MOVEMENT && !t.forks())
                .map(t -> new Recovery.Drift(t.published(), t.moved()))
                .toList(),
            sidecar.operationId(),
            sidecar.actor(),
            sidecar.writerKind());
        tables.stream()
            .filter(t -> t.forks() && t.head() != null)
            .forEach(
                t ->
                    recovery.deleteFork(
                        t.published().path(), Objects.requireNonNull(t.pin().tableBranch())));
      }
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

  /** The publish had succeeded; only the sidecar was left. */
  private void noteStale(ManifestState state, LegacySidecar sidecar, List<Judged> tables) {
    CommitId id = new CommitId(context.ids().nextUlid());
    recovery.publishNote(state, id, sidecar.operationId());
    recovery.append(
        RecoveryAudit.Kind.ROLLED_FORWARD,
        id,
        sidecar.operationId(),
        sidecar.actor(),
        sidecar.writerKind(),
        tables.stream()
            .map(t -> new TableOutcome(t.pin().key(), t.pin().expected(), t.published().version()))
            .toList());
  }

  private void rollForward(ManifestState state, LegacySidecar sidecar, List<Judged> tables) {
    CommitId minted = sidecar.commitId();
    CommitId id = minted == null ? new CommitId(context.ids().nextUlid()) : minted;
    Long createdAt = sidecar.createdAtMicros();
    Sidecar publish =
        new Sidecar(
            sidecar.operationId(),
            id,
            minted == null || createdAt == null ? context.nowMicros() : createdAt,
            sidecar.kind(),
            minted == null ? ActorId.RECOVERY : author(sidecar),
            context.lease().epoch(),
            state.branch(),
            state.head().commit(),
            sidecar.mergeSource(),
            null,
            List.of(new CommitOperation(sidecar.operationId(), NullNode.instance, null, null)),
            List.of(),
            List.of(),
            List.of());
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
    CommitRecord record = rows.record(publish, ActorId.RECOVERY);
    recovery.publish(
        state,
        rows.rows(record),
        rows.head(publish, context.lease().epoch()),
        sidecar.operationId(),
        publish.kind());
    recovery.append(
        RecoveryAudit.Kind.ROLLED_FORWARD,
        id,
        sidecar.operationId(),
        sidecar.actor(),
        sidecar.writerKind(),
        outcomes);
  }

  private static @Nullable ActorId author(LegacySidecar sidecar) {
    return sidecar.actor() == null ? null : new ActorId(sidecar.actor());
  }
}
