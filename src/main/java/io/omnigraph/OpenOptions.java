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
    ReadConsistency readConsistency,
    Map<String, String> storageOptions) {

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
        readConsistency,
        options);
  }
}
