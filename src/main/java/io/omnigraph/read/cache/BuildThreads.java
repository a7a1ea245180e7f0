package io.omnigraph.read.cache;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the builds that queries wait for, so that a query which gives up waiting leaves the build to
 * others. A query waits for one build at a time and every value is built once, so there are never
 * more threads than queries, but for builds that were left alone. Thread-safe.
 */
public final class BuildThreads implements Executor, AutoCloseable {

  private static final ThreadPoolExecutor POOL = pool();

  private int running;
  private boolean closed;

  private static ThreadPoolExecutor pool() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "og-build-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Once closed, tasks run in the calling thread. */
  @Override
  public void execute(Runnable task) {
    if (!begin()) {
      task.run();
      return;
    }
    boolean started = false;
    try {
      POOL.execute(
          () -> {
            try {
              task.run();
            } finally {
              end();
            }
          });
      started = true;
    } finally {
      if (!started) {
        end();
      }
    }
  }

  private synchronized boolean begin() {
    if (closed) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void end() {
    running--;
    notifyAll();
  }

  /** Waits until nothing is being built. */
  public synchronized void awaitIdle() throws InterruptedException {
    while (running > 0) {
      wait();
    }
  }

  /** Waits for what has begun: it reads tables that are closed next. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    boolean interrupted = false;
    while (true) {
      try {
        awaitIdle();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
