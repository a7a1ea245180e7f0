package io.omnigraph.maintenance;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a graph's retention gives up, without being asked: one thread per engine, one
 * lineage of a table at a time, outside every lane, so that no write waits. It looks some minutes
 * after opening and then from time to time, and works only once there is enough to remove. A
 * failure is logged, and the next look tries again. Thread-safe.
 */
public final class AutomaticCleanup implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AutomaticCleanup.class);

  /** A program that opens a graph for a moment is gone before the first look. */
  private static final Duration AFTER_OPEN = Duration.ofMinutes(5);

  /** A look between two of which few versions can become old enough. */
  private static final int LOOKS_PER_AGE = 24;

  private static final Duration SHORTEST = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration AT_CLOSE = Duration.ofMinutes(2);

  private final Cleanup cleanup;
  private final VersionRetention retention;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicReference<@Nullable Thread> working = new AtomicReference<>();

  public AutomaticCleanup(Cleanup cleanup, VersionRetention retention) {
    this.cleanup = cleanup;
    this.retention = retention;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "og-retention");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /** Begins to look; does nothing if everything is kept. */
  public void start() {
    if (!retention.everything()) {
      thread.scheduleWithFixedDelay(
          this::look, AFTER_OPEN.toMillis(), between().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private Duration between() {
    Duration part = retention.age().dividedBy(LOOKS_PER_AGE);
    if (part.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return part.compareTo(LONGEST) > 0 ? LONGEST : part;
  }

  /** Looks now, in the caller's thread, and works if it is worth it. Never fails. */
  public void look() {
    if (retention.everything() || !working.compareAndSet(null, Thread.currentThread())) {
      return;
    }
    try {
      CleanupReport report = cleanup.collect(retention);
      long versions =
          report.tables().stream().mapToLong(CleanupReport.Table::versionsRemoved).sum();
      if (versions > 0) {
        LOG.info("{} versions that the retention gives up were removed", versions);
      }
    } catch (RuntimeException e) {
      LOG.warn("versions that the retention gives up stay for now; it is tried again later", e);
    } finally {
      working.set(null);
    }
  }

  /** Lets what is being removed at the moment be finished. */
  @Override
  public void close() {
    cleanup.stopCollecting();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("old versions are still being removed while the graph is closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
