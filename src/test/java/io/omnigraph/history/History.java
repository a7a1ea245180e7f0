package io.omnigraph.history;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened on one branch.
 *
 * @param start what the branch showed at first
 * @param commits its commits after that, oldest first
 * @param writes writes that were acknowledged with a commit
 * @param reads what was seen
 */
record History(State start, List<Commit> commits, List<Write> writes, List<Read> reads) {

  /** At most so many edges leave an account. */
  static final int MOST_OWNED = 2;

  /** One commit in the log of the branch. */
  record Commit(String id, @Nullable String parent) {}

  /**
   * A write as its client knows it.
   *
   * @param start before it was sent, by the monotonic clock
   * @param end after its answer
   * @param affected the number of rows that the answer told
   */
  record Write(String client, long start, long end, String commit, Effect effect, long affected) {}

  /**
   * A read of the whole branch.
   *
   * @param commit the head that it showed
   */
  record Read(String client, long start, long end, String commit, State seen) {}

  /** What a write does. */
  sealed interface Effect {
    /** Inserts or replaces an account. */
    record Put(String account, int value, @Nullable String tag) implements Effect {}

    /** Changes the value of an account that has a certain value. */
    record Change(String account, int from, int to) implements Effect {}

    /** Adds an edge between two accounts. */
    record Own(String from, String to) implements Effect {}

    /** Removes an account and every edge at it. */
    record Remove(String account) implements Effect {}
  }

  record Account(int value, @Nullable String tag) {}

  record Edge(String from, String to, int copy) implements Comparable<Edge> {
    @Override
    public int compareTo(Edge other) {
      return toString().compareTo(other.toString());
    }
  }

  /** The content of a branch. */
  record State(Map<String, Account> accounts, Set<Edge> edges) {

    static final State EMPTY = new State(Map.of(), Set.of());

    State {
      accounts = new TreeMap<>(accounts);
      edges = new TreeSet<>(edges);
    }
  }
}
