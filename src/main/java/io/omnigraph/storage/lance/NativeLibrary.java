package io.omnigraph.storage.lance;

import io.omnigraph.model.InternalException;
import io.omnigraph.model.StorageException;
import java.util.Map;
import org.apache.arrow.memory.util.MemoryUtil;
import org.lance.JniLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the native code of Lance, once per process, and checks what it needs around it. Loading
 * unpacks about 180 MB into {@code java.io.tmpdir} and takes one to two seconds.
 */
public final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String THREADS = "LANCE_CPU_THREADS";
  private static boolean loaded;

  private NativeLibrary() {}

  /**
   * @throws InternalException if the JVM was started without the flags that Arrow needs
   * @throws StorageException if the library cannot be unpacked or does not fit this platform
   */
  public static synchronized void ensureLoaded() {
    if (loaded) {
      return;
    }
    try {
      MemoryUtil.getByteBufferAddress(java.nio.ByteBuffer.allocateDirect(8));
    } catch (LinkageError e) {
      throw new InternalException(
          "jvm_flags_missing",
          "Arrow cannot reach native memory: start the JVM with"
              + " --add-opens=java.base/java.nio=ALL-UNNAMED",
          Map.of(),
          e);
    }
    try {
      JniLoader.ensureLoaded();
    } catch (LinkageError | RuntimeException e) {
      throw new StorageException(
          "native_library_unavailable",
          "the native storage library could not be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + e.getMessage()
              + " (it needs 200 MB in "
              + System.getProperty("java.io.tmpdir")
              + " and glibc 2.28 or newer)",
          Map.of("tmpdir", System.getProperty("java.io.tmpdir")),
          e);
    }
    if (indexBuildsMayHang()) {
      LOG.warn(
          "{} is not set and only {} processors are visible: full-text indices cannot be built;"
              + " set {}=4",
          THREADS,
          Runtime.getRuntime().availableProcessors(),
          THREADS);
    }
    loaded = true;
  }

  /**
   * Full-text builds wait for each other forever when the native pool has two threads or fewer, so
   * the build is refused instead.
   */
  static void requireThreadsForFullText() {
    if (indexBuildsMayHang()) {
      throw new StorageException(
          "native_threads_too_few",
          "a full-text index cannot be built with the native threads of this process: set the"
              + " environment variable "
              + THREADS
              + "=4 before starting it");
    }
  }

  private static boolean indexBuildsMayHang() {
    String threads = System.getenv(THREADS);
    if (threads == null || threads.isBlank()) {
      return Runtime.getRuntime().availableProcessors() <= 2;
    }
    try {
      return Integer.parseInt(threads.strip()) < 3;
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
