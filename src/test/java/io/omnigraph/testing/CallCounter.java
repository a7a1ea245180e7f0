package io.omnigraph.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Counts calls by operation and target. Thread-safe. */
public final class CallCounter implements CallInterceptor {

  /** One call that was made. */
  public record Call(String operation, String target) {}

  private final List<Call> calls = new ArrayList<>();

  @Override
  public <T> T around(String operation, String target, Supplier<T> body) {
    synchronized (this) {
      calls.add(new Call(operation, target));
    }
    return body.get();
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  public synchronized void clear() {
    calls.clear();
  }

  public int count(String operation) {
    return count(operation, "");
  }

  /** Calls of an operation on targets in which the pattern is found. */
  public int count(String operation, String targetPattern) {
    Pattern pattern = Pattern.compile(targetPattern);
    return (int)
        calls().stream()
            .filter(c -> c.operation().equals(operation) && pattern.matcher(c.target()).find())
            .count();
  }

  public Map<String, Integer> byOperation() {
    Map<String, Integer> counts = new TreeMap<>();
    calls().forEach(call -> counts.merge(call.operation(), 1, Integer::sum));
    return counts;
  }
}
