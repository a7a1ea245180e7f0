package io.omnigraph.testing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Counts what reached the endpoint, retries included. Thread-safe. */
public final class S3RequestLog {

  /**
   * One answered (or deliberately unanswered) request.
   *
   * @param status HTTP status; 0 if the answer was withheld
   * @param bytesIn payload received
   * @param bytesOut payload sent
   * @param startNanos when it arrived, by the monotonic clock
   * @param endNanos when its answer went out
   */
  public record Entry(
      S3Request.Kind kind,
      String key,
      boolean conditional,
      int status,
      long bytesIn,
      long bytesOut,
      long startNanos,
      long endNanos) {}

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(Entry entry) {
    entries.add(entry);
  }

  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  public synchronized void clear() {
    entries.clear();
  }

  public int count() {
    return entries().size();
  }

  public int count(S3Request.Kind kind) {
    return count(entry -> entry.kind() == kind);
  }

  /** Requests of a kind on keys in which the pattern is found. */
  public int count(S3Request.Kind kind, String keyPattern) {
    Pattern pattern = Pattern.compile(keyPattern);
    return count(entry -> entry.kind() == kind && pattern.matcher(entry.key()).find());
  }

  public int count(Predicate<Entry> which) {
    return (int) entries().stream().filter(which).count();
  }

  public Map<S3Request.Kind, Integer> byKind() {
    Map<S3Request.Kind, Integer> counts = new EnumMap<>(S3Request.Kind.class);
    entries().forEach(entry -> counts.merge(entry.kind(), 1, Integer::sum));
    return counts;
  }

  public long bytesIn() {
    return entries().stream().mapToLong(Entry::bytesIn).sum();
  }

  public long bytesOut() {
    return entries().stream().mapToLong(Entry::bytesOut).sum();
  }

  /**
   * How many requests followed each other: the longest chain of which each began after the one
   * before had been answered. With a latency this times it is what the caller waits.
   */
  public static int serialHops(List<Entry> entries) {
    List<Entry> byEnd = new ArrayList<>(entries);
    byEnd.sort(java.util.Comparator.comparingLong(Entry::endNanos));
    int hops = 0;
    long free = Long.MIN_VALUE;
    for (Entry entry : byEnd) {
      if (hops == 0 || entry.startNanos() >= free) {
        hops++;
        free = entry.endNanos();
      }
    }
    return hops;
  }
}
