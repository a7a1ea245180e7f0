package io.omnigraph.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.history.History.Account;
import io.omnigraph.history.History.Commit;
import io.omnigraph.history.History.Edge;
import io.omnigraph.history.History.Effect;
import io.omnigraph.history.History.Read;
import io.omnigraph.history.History.State;
import io.omnigraph.history.History.Write;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker finds every kind of wrong history that is planted, and nothing in a right one. */
class HistoryCheckerTest {

  private static final Commit ONE = new Commit("c1", "c0");
  private static final Commit TWO = new Commit("c2", "c1");
  private static final Write PUT_A = write("x", 1, 2, "c1", new Effect.Put("a", 1, null), 1);
  private static final Write PUT_B = write("y", 3, 4, "c2", new Effect.Put("b", 2, null), 1);
  private static final State A = state(Map.of("a", new Account(1, null)));
  private static final State AB =
      state(Map.of("a", new Account(1, null), "b", new Account(2, null)));

  private static Write write(
      String client, long start, long end, String commit, Effect effect, long affected) {
    return new Write(client, start, end, commit, effect, affected);
  }

  private static State state(Map<String, Account> accounts, Edge... edges) {
    return new State(accounts, Set.of(edges));
  }

  private static History history(List<Commit> commits, List<Write> writes, Read... reads) {
    return new History(State.EMPTY, commits, writes, List.of(reads));
  }

  @Test
  void aRightHistoryHasNoFindings() {
    assertThat(
            HistoryChecker.check(
                history(
                    List.of(ONE, TWO),
                    List.of(PUT_A, PUT_B),
                    new Read("x", 3, 4, "c1", A),
                    new Read("x", 5, 6, "c2", AB))))
        .isEmpty();
  }

  @Test
  void aLogThatIsNotOneChainIsFound() {
    History forked = history(List.of(ONE, new Commit("c2", "c0")), List.of(PUT_A, PUT_B));
    assertThat(HistoryChecker.finds(forked, "not one chain")).isTrue();
  }

  @Test
  void anAcknowledgedWriteThatIsNotInTheLogIsFound() {
    assertThat(HistoryChecker.finds(history(List.of(ONE), List.of(PUT_A, PUT_B)), "lost")).isTrue();
  }

  @Test
  void aTornReadIsFound() {
    History torn = history(List.of(ONE, TWO), List.of(PUT_A, PUT_B), new Read("x", 5, 6, "c2", A));
    assertThat(HistoryChecker.finds(torn, "not atomic")).isTrue();
  }

  @Test
  void aReadThatMissesTheOwnWriteIsFound() {
    History stale = history(List.of(ONE, TWO), List.of(PUT_A, PUT_B), new Read("y", 5, 6, "c1", A));
    assertThat(HistoryChecker.finds(stale, "read-your-writes")).isTrue();
    History others =
        history(List.of(ONE, TWO), List.of(PUT_A, PUT_B), new Read("z", 5, 6, "c1", A));
    assertThat(HistoryChecker.finds(others, "stale read")).isTrue();
  }

  @Test
  void aWriteBeforeOneThatWasAcknowledgedEarlierIsFound() {
    Write early = write("x", 1, 2, "c2", new Effect.Put("a", 1, null), 1);
    Write late = write("y", 3, 4, "c1", new Effect.Put("b", 2, null), 1);
    assertThat(
            HistoryChecker.finds(history(List.of(ONE, TWO), List.of(early, late)), "out of order"))
        .isTrue();
  }

  @Test
  void aLostUpdateIsFound() {
    Write put = write("x", 1, 2, "c1", new Effect.Put("a", 1, null), 1);
    Commit three = new Commit("c3", "c2");
    List<Write> both =
        List.of(
            put,
            write("x", 3, 9, "c2", new Effect.Change("a", 1, 2), 1),
            write("y", 3, 9, "c3", new Effect.Change("a", 1, 3), 1));
    assertThat(HistoryChecker.finds(history(List.of(ONE, TWO, three), both), "lost update"))
        .isTrue();
  }

  @Test
  void writeSkewIsFoundInEachOfItsForms() {
    Commit three = new Commit("c3", "c2");
    List<Commit> commits = List.of(ONE, TWO, three);
    Write remove = write("y", 5, 9, "c2", new Effect.Remove("a"), 1);
    Write dangling = write("x", 5, 9, "c3", new Effect.Own("a", "a"), 1);
    assertThat(
            HistoryChecker.finds(history(commits, List.of(PUT_A, remove, dangling)), "write skew"))
        .isTrue();
    Write own = write("x", 5, 9, "c2", new Effect.Own("a", "a"), 1);
    Write third = write("x", 5, 9, "c3", new Effect.Own("a", "a"), 1);
    assertThat(
            HistoryChecker.finds(history(commits, List.of(PUT_A, own, own, third)), "write skew"))
        .isTrue();
    Write tagged = write("x", 5, 9, "c2", new Effect.Put("b", 1, "t"), 1);
    Write again = write("x", 5, 9, "c3", new Effect.Put("c", 1, "t"), 1);
    assertThat(HistoryChecker.finds(history(commits, List.of(PUT_A, tagged, again)), "write skew"))
        .isTrue();
  }
}
