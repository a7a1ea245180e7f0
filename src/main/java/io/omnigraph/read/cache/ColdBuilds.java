package io.omnigraph.read.cache;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Builds in the background what queries missed: each thing once at a time, and not again soon after
 * it was built, so that things that evict one another do not keep the machine busy. Thread-safe.
 */
public final class ColdBuilds implements AutoCloseable {

  /** A build may take this share of the time at most if it keeps being asked for. */
  private static final int REST = 10;

  private static final int REMEMBERED = 1_000;

  private final SerialQueue queue = new SerialQueue("building a cache");
  private final LongSupplier nanoClock;
  private final Set<Object> pending = new HashSet<>();
  private final Map<Object, Long> notBefore =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  public ColdBuilds(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Asks for a build. Does nothing if it is under way, or was done a moment ago. */
  public void request(Object what, Runnable build) {
    synchronized (pending) {
      Long rest = notBefore.get(what);
      if (rest != null && nanoClock.getAsLong() - rest < 0 || !pending.add(what)) {
        return;
      }
    }
    boolean queued =
        queue.submit(
            () -> {
              long start = nanoClock.getAsLong();
              try {
                build.run();
              } finally {
                long end = nanoClock.getAsLong();
                synchronized (pending) {
                  pending.remove(what);
                  notBefore.put(what, end + REST * (end - start));
                }
              }
            });
    if (!queued) {
      synchronized (pending) {
        pending.remove(what);
      }
    }
  }

  public void awaitIdle() throws InterruptedException {
    queue.awaitIdle();
  }

  @Override
  public void close() {
    queue.close();
  }
}
