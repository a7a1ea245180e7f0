package io.omnigraph.maintenance;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.commit.TableMove;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds and refreshes the indices of tables that have grown, without being asked and off every
 * caller's path: one thread per engine, a moment after the commit that made it worth a look. A
 * table is looked at when a commit changed its size by {@value Upkeep#SMALLEST_INDEXED_TABLE} rows,
 * after a load into it, after {@value #COMMITS_BETWEEN} commits, and when the engine is opened.
 * Failures are logged and cost nothing but speed; the next occasion tries again. Thread-safe.
 */
public final class AutomaticUpkeep implements CommitListener, AutoCloseable {

  /** How long things wait: for more of a burst, after opening, and for a build when closing. */
  public record Timing(Duration afterCommit, Duration afterOpen, Duration atClose) {
    /** A program that opens a graph for one write is gone before the first look. */
    public static final Timing STANDARD =
        new Timing(Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(2));
  }

  static final int COMMITS_BETWEEN = 50;

  private static final Logger LOG = LoggerFactory.getLogger(AutomaticUpkeep.class);

  private record Place(BranchName branch, TableKey table) {}

  /** What was seen of a table since the last look. */
  private static final class Seen {
    long rowsAtLook;
    int commits;
  }

  private final Upkeep upkeep;
  private final Timing timing;
  private final ScheduledThreadPoolExecutor thread;
  private final Object lock = new Object();
  private final Map<Place, Seen> seen = new HashMap<>();
  private final Map<BranchName, Set<TableKey>> waiting = new HashMap<>();
  private boolean closed;

  public AutomaticUpkeep(Upkeep upkeep, Timing timing) {
    this.upkeep = upkeep;
    this.timing = timing;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "og-upkeep");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Looks at every table of main a while after opening: another process may have loaded it. */
  public void start() {
    thread.schedule(
        () -> run(BranchName.MAIN, null), timing.afterOpen().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void onCommit(CommitEvent event) {
    GraphCommit commit = event.commit();
    if (commit.kind() == CommitKind.MAINTENANCE) {
      return;
    }
    synchronized (lock) {
      for (TableMove move : commit.tables()) {
        if (move.rowCount() >= Upkeep.SMALLEST_INDEXED_TABLE && isWorthALook(commit, move)) {
          ask(commit.branch(), move.key());
        }
      }
    }
  }

  @Override
  public void onReference(ReferenceEvent event) {
    synchronized (lock) {
      seen.keySet().removeIf(place -> place.branch().equals(event.branch()));
    }
  }

  private boolean isWorthALook(GraphCommit commit, TableMove move) {
    Seen table = seen.computeIfAbsent(new Place(commit.branch(), move.key()), p -> new Seen());
    table.commits++;
    boolean look =
        commit.kind() == CommitKind.LOAD
            || table.commits >= COMMITS_BETWEEN
            || Math.abs(move.rowCount() - table.rowsAtLook) >= Upkeep.SMALLEST_INDEXED_TABLE;
    if (look) {
      table.commits = 0;
      table.rowsAtLook = move.rowCount();
    }
    return look;
  }

  private void ask(BranchName branch, TableKey table) {
    if (closed) {
      return;
    }
    Set<TableKey> tables = waiting.get(branch);
    if (tables == null) {
      tables = new HashSet<>();
      waiting.put(branch, tables);
      Set<TableKey> chosen = tables;
      thread.schedule(
          () -> run(branch, chosen), timing.afterCommit().toMillis(), TimeUnit.MILLISECONDS);
    }
    tables.add(table);
  }

  /**
   * @param asked the tables to look at; null for all
   */
  private void run(BranchName branch, @Nullable Set<TableKey> asked) {
    Set<TableKey> tables;
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (asked != null) {
        waiting.remove(branch);
      }
      tables = asked == null ? Set.of() : Set.copyOf(asked);
    }
    try {
      if (upkeep.isDue(branch, key -> asked == null || tables.contains(key))) {
        UpkeepReport report = upkeep.keepUp(branch, key -> asked == null || tables.contains(key));
        LOG.debug("indices of branch {}: {}", branch, report.tables());
      }
    } catch (NotFoundException e) {
      LOG.debug("branch {} is gone before its indices were built", branch, e);
    } catch (RuntimeException e) {
      LOG.warn("the indices of branch {} could not be built; it is tried again later", branch, e);
    }
  }

  /** Waits until the looks that past commits asked for are over; for tests and measurements. */
  public void awaitIdle() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    thread.schedule(over::countDown, timing.afterCommit().toMillis() + 1, TimeUnit.MILLISECONDS);
    over.await();
  }

  /** Drops what waits, and lets a build that has begun finish. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(timing.atClose().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("an index build still runs while the graph is closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
