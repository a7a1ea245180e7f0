package io.omnigraph.publish;

import io.omnigraph.commit.CommitLog;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.model.ConflictException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys of a branch: those of its newest 10,000 commits, and those of the last 24
 * hours. Read from the lineage at the first use, no further back than that, then kept up with every
 * publish. Used by the lane's thread only.
 */
final class IdempotencyIndex {

  static final int COMMITS = 10_000;
  static final Duration AGE = Duration.ofHours(24);

  /** An operation that was done under a key. */
  record Entry(GraphCommit commit, CommitOperation operation) {

    /** What the caller of the same request gets. */
    <R> Receipt<R> receipt(LaneOperation<R> request) {
      return new Receipt<>(
          operation.operationId(), commit, request.decodeResult(operation.counts()), true);
    }
  }

  private final Map<String, Entry> byKey = new HashMap<>();
  private final Deque<GraphCommit> order = new ArrayDeque<>();
  private final Map<String, List<String>> keysByCommit = new HashMap<>();
  private boolean loaded;

  /**
   * Looks a key up.
   *
   * @throws ConflictException if the key was used for another request
   */
  Optional<Entry> find(CommitLog log, ManifestState state, OperationInfo info, long nowMicros) {
    return find(after -> log.records(state, after), state.version(), info, nowMicros);
  }

  /**
   * @param log the commits of the branch above a version, oldest first
   * @param version the newest version
   */
  Optional<Entry> find(
      LongFunction<List<CommitRecord>> log, long version, OperationInfo info, long nowMicros) {
    if (info.idempotencyKey() == null) {
      return Optional.empty();
    }
    if (!loaded) {
      load(log, version, nowMicros);
      loaded = true;
    }
    prune(nowMicros);
    Entry entry = byKey.get(CommitOperation.scopedKey(info.actor(), info.idempotencyKey()));
    if (entry != null && !Objects.equals(entry.operation().requestDigest(), info.requestDigest())) {
      throw new ConflictException(
          "idempotency_key_reused",
          "the idempotency key '"
              + info.idempotencyKey()
              + "' was used for another request; use a new key for a new request",
          Map.of(
              "idempotency_key", info.idempotencyKey(),
              "graph_commit_id", entry.commit().id().value()));
    }
    return Optional.ofNullable(entry);
  }

  /** A version is one commit at the most, so the first look mostly suffices; else twice as far. */
  private void load(LongFunction<List<CommitRecord>> log, long version, long nowMicros) {
    long oldest = oldest(nowMicros);
    List<CommitRecord> records;
    // Folding the manifest makes a version as well, about every hundredth.
    long window = COMMITS + COMMITS / 50;
    while (true) {
      long after = Math.max(0, version - window);
      records = log.apply(after);
      boolean enough =
          records.size() >= COMMITS && records.getFirst().commit().createdAtMicros() < oldest;
      if (after == 0 || enough) {
        break;
      }
      window *= 2;
    }
    records.forEach(this::put);
  }

  private static long oldest(long nowMicros) {
    return nowMicros - AGE.toNanos() / 1_000;
  }

  /** Remembers a published commit. */
  void add(CommitRecord record) {
    if (loaded) {
      put(record);
    }
  }

  /** Forgets everything; the next use reads the lineage again. */
  void reset() {
    byKey.clear();
    order.clear();
    keysByCommit.clear();
    loaded = false;
  }

  private void put(CommitRecord record) {
    GraphCommit commit = record.commit();
    order.addLast(commit);
    for (CommitOperation operation : record.operations()) {
      @Nullable String key = operation.idempotencyKey();
      if (key != null) {
        String scoped = CommitOperation.scopedKey(commit.actor(), key);
        byKey.put(scoped, new Entry(commit, operation));
        keysByCommit
            .computeIfAbsent(commit.id().value(), id -> new java.util.ArrayList<>())
            .add(scoped);
      }
    }
  }

  private void prune(long nowMicros) {
    long oldest = oldest(nowMicros);
    while (order.size() > COMMITS && order.getFirst().createdAtMicros() < oldest) {
      List<String> keys = keysByCommit.remove(order.removeFirst().id().value());
      if (keys != null) {
        keys.forEach(byKey::remove);
      }
    }
  }
}
