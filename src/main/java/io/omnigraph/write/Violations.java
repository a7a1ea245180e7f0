package io.omnigraph.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The first violations of a change, in the order of the checks and of the input, and how many there
 * are. Words no more than it keeps. Not thread-safe.
 */
final class Violations implements ViolationSink {

  /** How many are kept. */
  static final int MOST = 20;

  private record Found(long rank, Violation violation) {}

  private final List<Found> before = new ArrayList<>();
  private final List<Found> ofCheck = new ArrayList<>();
  private long count;
  private long countOfCheck;

  @Override
  public void begin(Start start) {
    switch (start) {
      case NEXT -> {
        before.addAll(ofCheck.subList(0, Math.min(ofCheck.size(), MOST - before.size())));
        count += countOfCheck;
      }
      case AGAIN -> {}
    }
    ofCheck.clear();
    countOfCheck = 0;
  }

  @Override
  public void accept(long rank, Supplier<Violation> violation) {
    countOfCheck++;
    int kept = MOST - before.size();
    if (kept == 0 || ofCheck.size() == kept && ofCheck.getLast().rank() <= rank) {
      return;
    }
    int at = ofCheck.size();
    while (at > 0 && ofCheck.get(at - 1).rank() > rank) {
      at--;
    }
    ofCheck.add(at, new Found(rank, violation.get()));
    if (ofCheck.size() > kept) {
      ofCheck.removeLast();
    }
  }

  /** How many there are. */
  long count() {
    return count + countOfCheck;
  }

  /** The first of them. */
  List<Violation> first() {
    List<Violation> all = new ArrayList<>(before.stream().map(Found::violation).toList());
    ofCheck.stream().limit(MOST - (long) all.size()).map(Found::violation).forEach(all::add);
    return all;
  }
}
