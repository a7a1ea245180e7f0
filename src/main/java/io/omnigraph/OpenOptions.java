package io.omnigraph;

import io.omnigraph.commit.CommitListener;
import io.omnigraph.maintenance.VersionRetention;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.model.TextEmbedder;
import java.util.Map;
import java.util.function.Consumer;
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
 * @param retention how much of its past the graph keeps without being asked; null for what the
 *     variable {@code OMNIGRAPH_RETENTION} says, or else {@link VersionRetention#STANDARD}
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
    Map<String, String> storageOptions,
    @Nullable VersionRetention retention) {

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
        Map.of(),
        null);
  }

  public static OpenOptions readOnly() {
    return readWrite().withMode(Mode.READ_ONLY);
  }

  public OpenOptions withMode(Mode mode) {
    return with(b -> b.mode = mode);
  }

  public OpenOptions withGraphName(String name) {
    return with(b -> b.graphName = name);
  }

  public OpenOptions withWaitForLease(boolean wait) {
    return with(b -> b.waitForLease = wait);
  }

  public OpenOptions withDurability(Durability durability) {
    return with(b -> b.durability = durability);
  }

  public OpenOptions withGuard(AccessGuard guard) {
    return with(b -> b.guard = guard);
  }

  public OpenOptions withEmbedder(@Nullable TextEmbedder embedder) {
    return with(b -> b.embedder = embedder);
  }

  public OpenOptions withListener(CommitListener listener) {
    return with(b -> b.listener = listener);
  }

  public OpenOptions withCacheBytes(long bytes) {
    return with(b -> b.cacheBytes = bytes);
  }

  public OpenOptions withGroupLimit(int limit) {
    return with(b -> b.groupLimit = limit);
  }

  public OpenOptions withReadConsistency(ReadConsistency consistency) {
    return with(b -> b.readConsistency = consistency);
  }

  public OpenOptions withStorageOptions(Map<String, String> options) {
    return with(b -> b.storageOptions = options);
  }

  /**
   * How much of its past the graph keeps without being asked, where this process owns it.
   *
   * @param retention null for what the environment says
   */
  public OpenOptions withRetention(@Nullable VersionRetention retention) {
    return with(b -> b.retention = retention);
  }

  private OpenOptions with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** The components of a copy, so that changing one names no other. */
  private static final class Builder {
    private Mode mode;
    private @Nullable String graphName;
    private boolean waitForLease;
    private Durability durability;
    private AccessGuard guard;
    private @Nullable TextEmbedder embedder;
    private CommitListener listener;
    private long cacheBytes;
    private int groupLimit;
    private ReadConsistency readConsistency;
    private Map<String, String> storageOptions;
    private @Nullable VersionRetention retention;

    Builder(OpenOptions from) {
      this.mode = from.mode;
      this.graphName = from.graphName;
      this.waitForLease = from.waitForLease;
      this.durability = from.durability;
      this.guard = from.guard;
      this.embedder = from.embedder;
      this.listener = from.listener;
      this.cacheBytes = from.cacheBytes;
      this.groupLimit = from.groupLimit;
      this.readConsistency = from.readConsistency;
      this.storageOptions = from.storageOptions;
      this.retention = from.retention;
    }

    OpenOptions build() {
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
          storageOptions,
          retention);
    }
  }
}
