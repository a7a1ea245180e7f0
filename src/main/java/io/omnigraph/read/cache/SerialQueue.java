package io.omnigraph.read.cache;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other in the background, on a small pool of threads that all queues of
 * the process share. What a task throws is logged. Thread-safe.
 */
public final class SerialQueue implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
  private static final ThreadPoolExecutor POOL = pool();

  private final String name;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  /**
   * @param name what the tasks do, for the log
   */
  public SerialQueue(String name) {
    this.name = name;
  }

  private static ThreadPoolExecutor pool() {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            Duration.ofSeconds(10).toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "og-derive-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Queues a task; false if the queue is closed. */
  public synchronized boolean submit(Runnable task) {
    if (closed) {
      return false;
    }
    waiting.add(task);
    if (!running) {
      running = true;
      POOL.execute(this::drain);
    }
    return true;
  }

  /** Tasks that have not begun. */
  public synchronized int backlog() {
    return waiting.size();
  }

  private void drain() {
    for (Runnable task = take(); task != null; task = take()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // Also an error that nobody foresaw must not leave the queue marked as running for ever.
        LOG.warn("{} failed; queries read through storage instead", name, e);
      }
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Runnable take() {
    Runnable next = waiting.poll();
    if (next == null) {
      running = false;
      notifyAll();
    }
    return next;
  }

  /** Waits until everything queued so far, and whatever it queued, has run. */
  public synchronized void awaitIdle() throws InterruptedException {
    while (running) {
      wait();
    }
  }

  /** Forgets what has not begun and waits for what has. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    boolean interrupted = false;
    while (running) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
