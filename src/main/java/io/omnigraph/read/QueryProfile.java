package io.omnigraph.read;

import java.util.List;

/**
 * How a query is (or was) executed.
 *
 * @param root the last operator; its children feed it
 * @param totalNanos time since the query started
 * @param peakBytes most heap bytes of intermediate state held at once
 * @param bytesRead bytes that storage delivered outside the caches
 * @param cacheHits cache entries found
 * @param cacheMisses cache entries built
 */
public record QueryProfile(
    Operator root,
    long totalNanos,
    long peakBytes,
    long bytesRead,
    int cacheHits,
    int cacheMisses) {

  /**
   * One operator. Counts with {@code own} in their description leave out what is below it.
   *
   * @param name such as Expand
   * @param detail what it does, close to how the query was written
   * @param path resident, indexed or scan; empty if it touches no table
   * @param reason why that path
   * @param rowsIn rows that its children delivered to it
   * @param rows rows it delivered
   * @param batches batches it delivered
   * @param bytesRead own bytes that storage delivered
   * @param memoryBytes own heap bytes reserved for intermediate state, given back or not
   * @param cacheHits cache entries it found when it was planned; the first operator on a table
   *     counts them
   * @param cacheBuilds cache entries that were built for it
   * @param nanos time in it and below; 0 unless profiled
   * @param ownNanos own time; 0 unless profiled
   */
  public record Operator(
      String name,
      String detail,
      String path,
      String reason,
      long rowsIn,
      long rows,
      long batches,
      long bytesRead,
      long memoryBytes,
      int cacheHits,
      int cacheBuilds,
      long nanos,
      long ownNanos,
      List<Operator> children) {
    public Operator {
      children = List.copyOf(children);
    }
  }

  /** An indented tree with counts, the last operator first. */
  public String text() {
    StringBuilder out = new StringBuilder();
    render(root, 0, true, out);
    out.append(
        "total %.3f ms, peak memory %,d bytes, storage read %,d bytes, cache hits %d, builds %d%n"
            .formatted(totalNanos / 1e6, peakBytes, bytesRead, cacheHits, cacheMisses));
    return out.toString();
  }

  /** The tree without counts, for a query that did not run. */
  public String planText() {
    StringBuilder out = new StringBuilder();
    render(root, 0, false, out);
    return out.toString();
  }

  private static void render(Operator operator, int depth, boolean counts, StringBuilder out) {
    out.append("  ".repeat(depth)).append(operator.name);
    if (!operator.detail.isEmpty()) {
      out.append(' ').append(operator.detail);
    }
    if (!operator.path.isEmpty()) {
      out.append(" [").append(operator.path);
      out.append(operator.reason.isEmpty() ? "" : ": " + operator.reason).append(']');
    }
    if (counts) {
      counts(operator, out);
    }
    out.append(System.lineSeparator());
    operator.children.forEach(child -> render(child, depth + 1, counts, out));
  }

  private static void counts(Operator operator, StringBuilder out) {
    if (!operator.children.isEmpty()) {
      out.append(" in=").append(operator.rowsIn);
    }
    out.append(" rows=").append(operator.rows);
    append(out, " read=%,dB", operator.bytesRead);
    append(out, " memory=%,dB", operator.memoryBytes);
    append(out, " cache hits=%d", operator.cacheHits);
    append(out, " cache builds=%d", operator.cacheBuilds);
    if (operator.nanos > 0) {
      out.append(" time=%.3fms".formatted(operator.ownNanos / 1e6));
    }
  }

  private static void append(StringBuilder out, String format, long value) {
    if (value > 0) {
      out.append(format.formatted(value));
    }
  }
}
