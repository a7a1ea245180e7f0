package io.omnigraph.read.access;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that the queries of a process may hold together. A query that finds it exhausted ends,
 * so that many queries within their own limits cannot use up the heap. Thread-safe.
 */
public final class MemoryPool {

  private static final MemoryPool PROCESS =
      new MemoryPool(Runtime.getRuntime().maxMemory() / 10 * 4);

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  public MemoryPool(long limit) {
    this.limit = limit;
  }

  /** Two fifths of the heap that this process may use. */
  public static MemoryPool ofProcess() {
    return PROCESS;
  }

  void take(long bytes) {
    taken.addAndGet(bytes);
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  boolean isExhausted() {
    return taken.get() > limit;
  }

  long limit() {
    return limit;
  }

  /** Bytes held at this moment. */
  public long taken() {
    return taken.get();
  }
}
