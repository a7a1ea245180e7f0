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
   * One operator.
   *
   * @param name such as Expand
   * @param detail what it does, close to how the query was written
   * @param path resident, indexed or scan; empty if it touches no table
   * @param reason why that path
   * @param rows rows delivered
   * @param batches batches delivered
   * @param nanos time in it and below; 0 unless profiled
   */
  public record Operator(
      String name,
      String detail,
      String path,
      String reason,
      long rows,
      long batches,
      long nanos,
      List<Operator> children) {
    public Operator {
      children = List.copyOf(children);
    }
  }

  /** An indented tree, the last operator first. */
  public String text() {
    StringBuilder out = new StringBuilder();
    render(root, 0, out);
    out.append(
        "total %.3f ms, peak memory %,d bytes, storage read %,d bytes, cache hits %d, builds %d%n"
            .formatted(totalNanos / 1e6, peakBytes, bytesRead, cacheHits, cacheMisses));
    return out.toString();
  }

  private static void render(Operator operator, int depth, StringBuilder out) {
    out.append("  ".repeat(depth)).append(operator.name);
    if (!operator.detail.isEmpty()) {
      out.append(' ').append(operator.detail);
    }
    if (!operator.path.isEmpty()) {
      out.append(" [").append(operator.path);
      out.append(operator.reason.isEmpty() ? "" : ": " + operator.reason).append(']');
    }
    out.append(" rows=").append(operator.rows);
    if (operator.nanos > 0) {
      out.append(" time=%.3fms".formatted(operator.nanos / 1e6));
    }
    out.append(System.lineSeparator());
    operator.children.forEach(child -> render(child, depth + 1, out));
  }
}
