package io.omnigraph.storage.lance;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.lance.Session;

/**
 * What all storages of a process share: the Arrow root allocator and the Lance session with its
 * caches.
 *
 * <p>The session caches row-id sequences by dataset location and fragment number alone. A dataset
 * or branch that was deleted and made again at the same place re-uses both, and would be read with
 * the row ids of its predecessor. Therefore every lineage is remembered with its incarnation while
 * a session lives, and the session is replaced when a location answers with another one. Handles
 * keep the session they were opened with. Thread-safe.
 */
final class LanceRuntime {

  private static final long MEGABYTE = 1L << 20;
  private static @Nullable LanceRuntime process;

  private final BufferAllocator allocator;
  private final long indexCacheBytes;
  private final long metadataCacheBytes;
  private final Map<String, String> incarnations = new HashMap<>();
  private Session session;

  private LanceRuntime(long indexCacheBytes, long metadataCacheBytes) {
    NativeLibrary.ensureLoaded();
    this.allocator = new RootAllocator();
    this.indexCacheBytes = indexCacheBytes;
    this.metadataCacheBytes = metadataCacheBytes;
    this.session = newSession();
  }

  /**
   * The one of this process. The caches take an eighth and a sixteenth of the memory that the heap
   * may take; the system properties {@code omnigraph.lance.index.cache.mb} and {@code
   * omnigraph.lance.metadata.cache.mb} set them.
   */
  static synchronized LanceRuntime process() {
    LanceRuntime runtime = process;
    if (runtime == null) {
      long heap = Runtime.getRuntime().maxMemory() / MEGABYTE;
      runtime =
          new LanceRuntime(
              Long.getLong("omnigraph.lance.index.cache.mb", Math.max(64, heap / 8)) * MEGABYTE,
              Long.getLong("omnigraph.lance.metadata.cache.mb", Math.max(64, heap / 16))
                  * MEGABYTE);
      process = runtime;
    }
    return runtime;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  synchronized Session session() {
    return session;
  }

  /**
   * Notes that {@code location} holds {@code incarnation}.
   *
   * @return false if the session knew another one there and was replaced: open again
   */
  synchronized boolean confirm(String location, String incarnation) {
    String known = incarnations.putIfAbsent(location, incarnation);
    if (known == null || known.equals(incarnation)) {
      return true;
    }
    replaceSession();
    incarnations.put(location, incarnation);
    return false;
  }

  /** Forgets everything cached about a location that is about to vanish or to be made anew. */
  synchronized void forget(String location) {
    boolean known =
        incarnations.keySet().stream()
            .anyMatch(l -> l.equals(location) || l.startsWith(location + "/"));
    if (known) {
      replaceSession();
    }
  }

  private void replaceSession() {
    incarnations.clear();
    // Open handles hold the old one; closing only drops our reference.
    session.close();
    session = newSession();
  }

  private Session newSession() {
    return Session.builder()
        .indexCacheSizeBytes(indexCacheBytes)
        .metadataCacheSizeBytes(metadataCacheBytes)
        .build();
  }
}
