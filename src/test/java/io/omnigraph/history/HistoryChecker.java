package io.omnigraph.history;

import io.omnigraph.history.History.Account;
import io.omnigraph.history.History.Commit;
import io.omnigraph.history.History.Edge;
import io.omnigraph.history.History.Effect;
import io.omnigraph.history.History.Read;
import io.omnigraph.history.History.State;
import io.omnigraph.history.History.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a history could not have come to if the branch were one linear chain of atomic
 * commits. An instance checks one history.
 */
final class HistoryChecker {

  private final History history;
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<State> states = new ArrayList<>();

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** Everything that is wrong, in words; empty if nothing is. */
  static List<String> check(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    checker.chain();
    checker.replay();
    checker.reads();
    checker.realTime();
    return checker.findings;
  }

  private void chain() {
    String before = null;
    for (Commit commit : history.commits()) {
      if (before != null && !before.equals(commit.parent())) {
        findings.add("not one chain: the parent of " + commit + " is not " + before);
      }
      if (positions.put(commit.id(), positions.size()) != null) {
        findings.add("commit " + commit.id() + " is in the log twice");
      }
      before = commit.id();
    }
    for (Write write : history.writes()) {
      if (!positions.containsKey(write.commit())) {
        findings.add("lost: an acknowledged write is not in the log: " + write);
      }
    }
  }

  /** What each commit must show, by doing its writes after those before. */
  private void replay() {
    Map<String, List<Write>> byCommit = new HashMap<>();
    history
        .writes()
        .forEach(w -> byCommit.computeIfAbsent(w.commit(), c -> new ArrayList<>()).add(w));
    State state = history.start();
    for (Commit commit : history.commits()) {
      // Members of one commit do not touch each other, so their order says nothing.
      for (Write write : byCommit.getOrDefault(commit.id(), List.of())) {
        state = apply(state, write);
      }
      requireSound(state, commit);
      states.add(state);
    }
  }

  private State apply(State before, Write write) {
    Map<String, Account> accounts = new TreeMap<>(before.accounts());
    Set<Edge> edges = new TreeSet<>(before.edges());
    long affected = 1;
    switch (write.effect()) {
      case Effect.Put(var name, var value, var tag) -> accounts.put(name, new Account(value, tag));
      case Effect.Change(var name, var from, var to) -> {
        Account known = accounts.get(name);
        boolean matches = known != null && known.value() == from;
        affected = matches ? 1 : 0;
        if (known != null && matches) {
          accounts.put(name, new Account(to, known.tag()));
        }
      }
      case Effect.Own(var from, var to) -> {
        int copy = 0;
        while (!edges.add(new Edge(from, to, copy))) {
          copy++;
        }
      }
      case Effect.Remove(var name) -> {
        affected = accounts.remove(name) == null ? 0 : 1;
        long incident = edges.size();
        edges.removeIf(e -> e.from().equals(name) || e.to().equals(name));
        affected += incident - edges.size();
      }
    }
    if (affected != write.affected()) {
      findings.add(
          "lost update or write skew: the answer of %s told %d rows, its place in the log %d"
              .formatted(write, write.affected(), affected));
    }
    return new State(accounts, edges);
  }

  private void requireSound(State state, Commit commit) {
    Map<String, Integer> owned = new HashMap<>();
    for (Edge edge : state.edges()) {
      if (!state.accounts().containsKey(edge.from()) || !state.accounts().containsKey(edge.to())) {
        findings.add("write skew: a dangling edge " + edge + " at " + commit.id());
      }
      owned.merge(edge.from(), 1, Integer::sum);
    }
    owned.forEach(
        (account, count) -> {
          if (count > History.MOST_OWNED) {
            findings.add("write skew: " + count + " edges leave " + account + " at " + commit.id());
          }
        });
    Set<String> tags = new HashSet<>();
    for (Account account : state.accounts().values()) {
      @Nullable String tag = account.tag();
      if (tag != null && !tags.add(tag)) {
        findings.add("write skew: tag " + tag + " twice at " + commit.id());
      }
    }
  }

  private void reads() {
    for (Read read : history.reads()) {
      Integer at = positions.get(read.commit());
      if (at == null) {
        findings.add("a read showed a commit that is not in the log: " + read.commit());
      } else if (!states.get(at).equals(read.seen())) {
        findings.add(
            "not atomic, or an update is lost: at %s %s was read, but %s was written"
                .formatted(read.commit(), read.seen(), states.get(at)));
      }
    }
  }

  /** What was acknowledged before something began comes before it. */
  private void realTime() {
    for (Write write : history.writes()) {
      Integer place = positions.get(write.commit());
      if (place == null) {
        continue;
      }
      for (Read read : history.reads()) {
        Integer seen = positions.get(read.commit());
        if (seen != null && write.end() < read.start() && seen < place) {
          findings.add(
              (write.client().equals(read.client())
                      ? "read-your-writes: "
                      : "stale read: a read misses a write acknowledged before it: ")
                  + write);
        }
      }
      for (Write later : history.writes()) {
        Integer after = positions.get(later.commit());
        if (after != null && write.end() < later.start() && after < place) {
          findings.add("out of order: " + later + " began after " + write + " was acknowledged");
        }
      }
    }
  }

  /** True if a finding starts with a word, for the tests of this checker. */
  static boolean finds(History history, String word) {
    return check(history).stream().anyMatch(f -> Objects.requireNonNull(f).startsWith(word));
  }
}
