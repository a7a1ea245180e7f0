package io.omnigraph;

import io.omnigraph.commit.CommitListener;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.model.TextEmbedder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to open a graph.
 *
 * @param mode read-write takes the writer lease of the root; read-only needs none and never writes
 * @param graphName the name used in events; the last path segment of the root if null
 * @param waitForLease wait for another writer to give up the lease instead of failing
 * @param durability FSYNC (default) or OS, on local disks
 * @param guard policy; {@link AccessGuard#ALLOW_ALL} for none
 * @param embedder embedding provider; null if none is configured (text queries on vectors then fail
 *     clearly)
 * @param listener told of commits and branch references
 * @param cacheBytes budget of the derived caches in bytes; 0 for a fraction of the machine's memory
 * @param groupLimit most writes that may share one commit; 1 gives every write a commit of its own
 * @param readConsistency how new reads must be where this process does not own the graph
 * @param storageOptions options for the object store (endpoint, credentials, region); empty to take
 *     them from the environment
 */
public record OpenOptions(
    Mode mode,
    @Nullable String graphName,
    boolean waitForLease,
    Durability durability,
    AccessGuard guard,
    @Nullable TextEmbedder embedder,
    CommitListener listener,
    long cacheBytes,
    int groupLimit,
    ReadConsistency readConsistency,
    Map<String, String> storageOptions) {

  /** The default of {@code groupLimit}. */
  public static final int GROUP_LIMIT = 64;

  public enum Mode {
    READ_WRITE,
    READ_ONLY
  }

  public enum Durability {
    FSYNC,
    OS
  }

  public OpenOptions {
    storageOptions = Map.copyOf(storageOptions);
    if (groupLimit < 1) {
      throw new IllegalArgumentException("a commit holds at least one write, not " + groupLimit);
    }
  }

  public static OpenOptions readWrite() {
    return new OpenOptions(
        Mode.READ_WRITE,
        null,
        false,
        Durability.FSYNC,
        AccessGuard.ALLOW_ALL,
        null,
        CommitListener.NONE,
        0,
        GROUP_LIMIT,
        ReadConsistency.PROBE,
        Map.of());
  }

  public static OpenOptions readOnly() {
    return new OpenOptions(
        Mode.READ_ONLY,
        null,
        false,
        Durability.FSYNC,
        AccessGuard.ALLOW_ALL,
        null,
        CommitListener.NONE,
        0,
        GROUP_LIMIT,
        ReadConsistency.PROBE,
        Map.of());
  }

  public OpenOptions withMode(Mode newMode) {
    return new OpenOptions(
        newMode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withGraphName(String name) {
    return new OpenOptions(
        mode,
        name,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withWaitForLease(boolean wait) {
    return new OpenOptions(
        mode,
        graphName,
        wait,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withDurability(Durability newDurability) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        newDurability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withGuard(AccessGuard newGuard) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        newGuard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withEmbedder(@Nullable TextEmbedder newEmbedder) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        newEmbedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withListener(CommitListener newListener) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        newListener,
        cacheBytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withCacheBytes(long bytes) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        bytes,
        groupLimit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withGroupLimit(int limit) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        limit,
        readConsistency,
        storageOptions);
  }

  public OpenOptions withReadConsistency(ReadConsistency consistency) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        consistency,
        storageOptions);
  }

  public OpenOptions withStorageOptions(Map<String, String> options) {
    return new OpenOptions(
        mode,
        graphName,
        waitForLease,
        durability,
        guard,
        embedder,
        listener,
        cacheBytes,
        groupLimit,
        readConsistency,
        options);
  }
}
