package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.TransactionRecord;
import io.omnigraph.storage.TransactionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Transaction;
import org.lance.operation.Operation;
import org.lance.operation.Restore;

/**
 * Commits transactions and decides what became of them. After any error, or a version that is not
 * the next one, the uuids of the transactions after the base decide.
 */
final class LanceCommits {

  private final LanceContext context;

  LanceCommits(LanceContext context) {
    this.context = context;
  }

  CommitOutcome commit(LanceStagedWrite staged, TransactionTag tag) {
    return commit(staged.base(), staged.operation(), staged, tag);
  }

  CommitOutcome restore(LanceSnapshot head, long version, TransactionTag tag) {
    return commit(head, new Restore.Builder().version(version).build(), null, tag);
  }

  private CommitOutcome commit(
      LanceSnapshot base,
      Operation operation,
      @Nullable LanceStagedWrite staged,
      TransactionTag tag) {
    GraphException surprise;
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(base.version())
            .uuid(tag.uuid())
            .operation(operation)
            .transactionProperties(tag.properties())
            .build()) {
      Dataset next =
          new CommitBuilder(base.committingDataset()).skipAutoCleanup(true).execute(transaction);
      if (next.version() == base.version() + 1) {
        return new CommitOutcome.Committed(LanceSnapshot.ofCommitted(base, next, staged));
      }
      surprise = slid(base, next.version());
      next.close();
    } catch (Exception | LinkageError e) {
      surprise = LanceErrors.translate(e, "commit to", base);
    }
    return decide(base, tag.uuid(), surprise);
  }

  private CommitOutcome decide(LanceSnapshot base, String uuid, GraphException surprise) {
    try {
      List<TransactionRecord> landed = transactionsSince(base, base.version());
      if (landed.isEmpty()) {
        return new CommitOutcome.Rejected(surprise);
      }
      if (landed.get(0).uuid().equals(uuid)) {
        return new CommitOutcome.Committed(reopen(base));
      }
      return new CommitOutcome.Unknown(surprise);
    } catch (RuntimeException e) {
      surprise.addSuppressed(e);
      return new CommitOutcome.Unknown(surprise);
    }
  }

  private LanceSnapshot reopen(LanceSnapshot base) {
    Dataset next = context.openDataset(base.address(), base.version() + 1, true);
    return new LanceSnapshot(context, base.address(), next, base.incarnation());
  }

  List<TransactionRecord> transactionsSince(LanceSnapshot handle, long afterVersion) {
    long head = handle.call("probe", handle.dataset()::latestVersion);
    List<TransactionRecord> records = new ArrayList<>();
    for (long version = afterVersion + 1; version <= head; version++) {
      records.add(transactionAt(handle, version));
    }
    return records;
  }

  private TransactionRecord transactionAt(LanceSnapshot handle, long version) {
    try (Dataset at = context.openDataset(handle.address(), version, true)) {
      Optional<Transaction> found = handle.call("read a transaction of", at::readTransaction);
      if (found.isEmpty()) {
        return new TransactionRecord(version, "", "", Map.of());
      }
      try (Transaction transaction = found.get()) {
        return new TransactionRecord(
            version,
            orEmpty(transaction.uuid()),
            transaction.operation() == null ? "" : transaction.operation().name(),
            transaction.transactionProperties().orElse(Map.of()));
      }
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static StorageException slid(LanceSnapshot base, long version) {
    return new StorageException(
        "commit_slid",
        "a commit based on " + base + " landed as version " + version,
        Map.of("base", base.version(), "landed", version));
  }
}
