package io.omnigraph.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says on standard error how far a long read has come: nothing in the first second, then every
 * second at a terminal (over the same line) and every ten seconds elsewhere.
 */
final class Progress implements AutoCloseable {

  private static final long FIRST_MILLIS = 1_000;
  private static final long PLAIN_MILLIS = 10_000;
  private static final double MEGABYTE = 1024 * 1024;

  private final CommandContext context;
  private final String label;
  private final long total;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final long start = System.nanoTime();
  private final Thread thread;
  private volatile boolean shown;

  private Progress(CommandContext context, String label, long total) {
    this.context = context;
    this.label = label;
    this.total = total;
    this.thread = Thread.ofPlatform().daemon().name("og-progress").unstarted(this::report);
  }

  /**
   * @param total bytes there are to read
   */
  static Progress start(CommandContext context, String label, long total) {
    var progress = new Progress(context, label, total);
    if (!context.globals().quiet) {
      progress.thread.start();
    }
    return progress;
  }

  /** Counts what is read from a stream. */
  InputStream count(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int c = super.read();
        if (c >= 0) {
          done.incrementAndGet();
          if (c == '\n') {
            lines.incrementAndGet();
          }
        }
        return c;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0) {
          done.addAndGet(count);
          lines.addAndGet(linesIn(buffer, offset, count));
        }
        return count;
      }
    };
  }

  private void report() {
    try {
      Thread.sleep(FIRST_MILLIS);
      while (true) {
        shown = true;
        String line = line();
        if (context.terminal().interactive()) {
          context.terminal().err().print("\r" + line + "\u001b[K");
          context.terminal().err().flush();
          Thread.sleep(FIRST_MILLIS);
        } else {
          context.terminal().err().println(line);
          Thread.sleep(PLAIN_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      // The work is over.
    }
  }

  private static long linesIn(byte[] buffer, int offset, int count) {
    long found = 0;
    for (int i = offset; i < offset + count; i++) {
      if (buffer[i] == '\n') {
        found++;
      }
    }
    return found;
  }

  private String line() {
    return line(label, done.get(), total, lines.get(), (System.nanoTime() - start) / 1e9);
  }

  /**
   * What is shown.
   *
   * @param done bytes read of {@code total}
   * @param lines line ends among them: one per row of JSON lines
   * @param seconds since the beginning
   */
  static String line(String label, long done, long total, long lines, double seconds) {
    if (done >= total) {
      return label + ": all records read, checking and writing ...";
    }
    String left =
        done == 0 ? "" : ", %d s left".formatted(Math.round((total - done) / (done / seconds)));
    return String.format(
        Locale.ROOT,
        "%s: read %.1f of %.1f MB (%d%%), %,d lines/s%s",
        label,
        done / MEGABYTE,
        total / MEGABYTE,
        done * 100 / total,
        Math.round(lines / Math.max(seconds, 1e-3)),
        left);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (shown && context.terminal().interactive()) {
      context.terminal().err().println();
    }
  }
}
