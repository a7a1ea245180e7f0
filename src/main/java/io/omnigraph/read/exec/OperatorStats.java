package io.omnigraph.read.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one operator is and did: the node of an explained plan. The counters are filled while the
 * query runs; time only if the query is profiled. Used by the query's thread.
 */
public final class OperatorStats {

  private final String name;
  private Supplier<String> detail;
  private String path = "";
  private Supplier<String> reason = () -> "";
  private final List<OperatorStats> children = new ArrayList<>(2);
  private final boolean timed;
  private long rows;
  private long batches;
  private long nanos;
  private long bytesRead;
  private long memoryBytes;
  private int cacheHits;
  private int cacheBuilds;

  public OperatorStats(String name, String detail, boolean timed) {
    this(name, () -> detail, timed);
  }

  /**
   * @param detail words that few runs are asked for
   */
  OperatorStats(String name, Supplier<String> detail, boolean timed) {
    this.name = name;
    this.detail = detail;
    this.timed = timed;
  }

  /** Says which path the operator takes to its table, and why. */
  public OperatorStats via(String newPath, String newReason) {
    return via(newPath, () -> newReason);
  }

  OperatorStats via(String newPath, Supplier<String> newReason) {
    path = newPath;
    reason = newReason;
    return this;
  }

  /** Says what only the run showed. */
  void addReason(String more) {
    Supplier<String> before = reason;
    reason = () -> before.get().isEmpty() ? more : before.get() + ", " + more;
  }

  public OperatorStats child(OperatorStats child) {
    children.add(child);
    return this;
  }

  void detail(String newDetail) {
    detail = () -> newDetail;
  }

  /**
   * Counts one pull; zero rows are the end.
   *
   * @param newBytes storage read by this operator and those below it
   * @param newMemory memory reserved by them
   */
  void count(int newRows, long newNanos, long newBytes, long newMemory) {
    rows += newRows;
    batches += newRows == 0 ? 0 : 1;
    nanos += newNanos;
    bytesRead += newBytes;
    memoryBytes += newMemory;
  }

  /** Adds cache entries that were found, or built, when the operator was planned. */
  OperatorStats caches(int hits, int builds) {
    cacheHits += hits;
    cacheBuilds += builds;
    return this;
  }

  boolean timed() {
    return timed;
  }

  public String name() {
    return name;
  }

  public String detail() {
    return detail.get();
  }

  /** The access path; empty if the operator touches no table. */
  public String path() {
    return path;
  }

  public String reason() {
    return reason.get();
  }

  public List<OperatorStats> children() {
    return children;
  }

  /** Rows delivered. */
  public long rows() {
    return rows;
  }

  public long batches() {
    return batches;
  }

  /** Bytes that storage delivered to this operator and those below it. */
  public long bytesRead() {
    return bytesRead;
  }

  /** Memory that this operator and those below it reserved, whether they gave it back or not. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Cache entries that were there. */
  public int cacheHits() {
    return cacheHits;
  }

  /** Cache entries that had to be built. */
  public int cacheBuilds() {
    return cacheBuilds;
  }

  /** Time in this operator and those below it. */
  public long nanos() {
    return nanos;
  }
}
