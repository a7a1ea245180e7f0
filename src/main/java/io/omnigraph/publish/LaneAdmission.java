package io.omnigraph.publish;

import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Conflicts.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides, in the lane and against its head, which of the waiting operations make up the next
 * commit: looks up idempotency keys, checks preconditions, judges what happened since they were
 * prepared, and leaves out what touches an earlier member. Used by the committer, once per group.
 */
final class LaneAdmission {

  private final LaneContext context;
  private final Preparer preparer;
  private final RecentChanges recent;
  private final IdempotencyIndex idempotency;
  private final List<Ticket<?>> members = new ArrayList<>();
  private final List<Ticket<?>> postponed = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();

  LaneAdmission(
      LaneContext context, Preparer preparer, RecentChanges recent, IdempotencyIndex idempotency) {
    this.context = context;
    this.preparer = preparer;
    this.recent = recent;
    this.idempotency = idempotency;
  }

  /** Returns the members of the next commit; everything else is done, failed or postponed. */
  List<Ticket<?>> admit(List<Ticket<?>> waiting, BranchHead head) {
    for (Ticket<?> ticket : waiting) {
      try {
        admit(ticket, head);
      } catch (RuntimeException | Error e) {
        ticket.fail(e);
      }
    }
    return members;
  }

  /** Operations that must wait for the next commit, in their order. */
  List<Ticket<?>> postponed() {
    return postponed;
  }

  private <R> void admit(Ticket<R> ticket, BranchHead head) {
    if (replay(ticket, head)) {
      return;
    }
    requireExpectedHead(ticket, head);
    bringUpToDate(ticket, head);
    if (ticket.work().changesNothing()) {
      ticket.completeWith(null);
      return;
    }
    for (Ticket<?> member : members) {
      if (!(Conflicts.judge(ticket.work().prepared(), member.work().footprint())
          instanceof Verdict.Valid)) {
        postponed.add(ticket);
        return;
      }
    }
    if (ticket.info().idempotencyKey() != null && !keys.add(ticket.info().idempotencyKey())) {
      postponed.add(ticket);
      return;
    }
    members.add(ticket);
  }

  private <R> boolean replay(Ticket<R> ticket, BranchHead head) {
    Optional<IdempotencyIndex.Entry> earlier =
        idempotency.find(context.log(), head.manifest(), ticket.info(), context.nowMicros());
    if (earlier.isEmpty()) {
      return false;
    }
    ticket.complete(earlier.get().receipt(ticket.operation()));
    return true;
  }

  private void requireExpectedHead(Ticket<?> ticket, BranchHead head) {
    CommitId expected = ticket.expectedHead();
    if (expected == null || head.manifest().head().commit().equals(expected)) {
      return;
    }
    // Physical commits change no data: a condition on the commit before them still holds.
    CommitId at = head.manifest().head().commit();
    CommitId logical = at;
    @Nullable GraphCommit commit = find(head, at);
    while (commit != null && Lane.isPhysical(commit) && commit.parent() != null) {
      logical = commit.parent();
      if (logical.equals(expected)) {
        return;
      }
      commit = find(head, logical);
    }
    throw new PreconditionFailedException(
        "precondition_failed",
        "the branch is not at commit "
            + expected
            + " any more (it is at "
            + logical
            + "); nothing was written",
        Map.of("expected", expected.value(), "actual", logical.value()));
  }

  private @Nullable GraphCommit find(BranchHead head, CommitId id) {
    return context.log().find(head.manifest(), id).map(CommitRecord::commit).orElse(null);
  }

  private <R> void bringUpToDate(Ticket<R> ticket, BranchHead head) {
    Verdict verdict = recent.judge(ticket.work(), head.snapshot());
    switch (verdict) {
      case Verdict.Valid() -> {}
      case Verdict.Moved() -> ticket.prepareAgain(preparer, head.snapshot());
      case Verdict.Touches(var table) -> {
        if (ticket.info().strict()) {
          throw new ManifestConflictException(
              table,
              version(ticket.work().snapshot().tables().get(table)),
              version(head.snapshot().tables().get(table)));
        }
        ticket.prepareAgain(preparer, head.snapshot());
      }
      case Verdict.SchemaChanged() -> {
        if (ticket.info().strict()) {
          TableKey any =
              ticket.work().prepared().tables().keySet().stream().findFirst().orElse(null);
          throw any == null
              ? new ConflictException(
                  "schema_changed",
                  "the schema of the branch changed meanwhile - refresh and retry")
              : new ManifestConflictException(
                  any,
                  version(ticket.work().snapshot().tables().get(any)),
                  version(head.snapshot().tables().get(any)));
        }
        ticket.prepareAgain(preparer, head.snapshot());
      }
    }
  }

  private static long version(@Nullable TableEntry entry) {
    return entry == null ? 0 : entry.version();
  }
}
