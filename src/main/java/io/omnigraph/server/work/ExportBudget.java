package io.omnigraph.server.work;

import io.omnigraph.model.ResourceLimitException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What exports may hold: one cut of each graph at a time, and memory for their responses that is
 * reserved before they begin. Whoever finds nothing free waits a moment and is then refused.
 * Thread-safe.
 */
public final class ExportBudget {

  /** The largest piece of a response. */
  static final int CHUNK_BYTES = 64 << 10;

  /** How many pieces of one response may wait for its client. */
  static final int QUEUED_CHUNKS = 2;

  /** Reserved for each response: its queue, the piece in the making and the records behind it. */
  static final long RESPONSE_BYTES = 4L * CHUNK_BYTES;

  static final long PROCESS_BYTES = 2L << 20;
  static final Duration WAIT = Duration.ofMillis(250);

  private final long processBytes;
  private final Duration wait;

  /** Graphs that are being exported; guarded by this. */
  private final Set<String> cuts = new HashSet<>();

  /** Guarded by this. */
  private long reserved;

  public ExportBudget() {
    this(PROCESS_BYTES, WAIT);
  }

  ExportBudget(long processBytes, Duration wait) {
    this.processBytes = processBytes;
    this.wait = wait;
  }

  /**
   * Reserves what one export needs, until the ticket is closed.
   *
   * @throws ResourceLimitException if it does not become free in time
   */
  synchronized Ticket reserve(String graph) {
    long deadline = System.nanoTime() + wait.toNanos();
    while (cuts.contains(graph) || reserved + RESPONSE_BYTES > processBytes) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw refused(graph);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw refused(graph);
      }
    }
    cuts.add(graph);
    reserved += RESPONSE_BYTES;
    return new Ticket(graph);
  }

  private ResourceLimitException refused(String graph) {
    return cuts.contains(graph)
        ? limit(
            "graph '" + graph + "' is being exported; try again when that has ended",
            "export_cuts",
            1,
            2)
        : limit(
            "too many exports are under way; try again shortly",
            "export_bytes",
            processBytes,
            reserved + RESPONSE_BYTES);
  }

  private static ResourceLimitException limit(
      String message, String resource, long limit, long actual) {
    return new ResourceLimitException(
        "resource_limit", message, Map.of("resource", resource, "limit", limit, "actual", actual));
  }

  private synchronized void release(String graph) {
    cuts.remove(graph);
    reserved -= RESPONSE_BYTES;
    notifyAll();
  }

  /** Holds what was reserved. Closing it again does nothing. */
  final class Ticket implements AutoCloseable {

    private final String graph;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Ticket(String graph) {
      this.graph = graph;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(graph);
      }
    }
  }
}
