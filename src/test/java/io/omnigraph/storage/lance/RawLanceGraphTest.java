package io.omnigraph.storage.lance;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.bench.SocialGraph;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The baseline of the benchmarks does the work that it claims. */
class RawLanceGraphTest {

  private static final SocialGraph GRAPH = new SocialGraph(300, 1);

  @Test
  void theBaselineAnswersLikeTheGraphItself(@TempDir Path folder) throws Exception {
    try (var raw = RawLanceGraph.create(folder, GRAPH).withIndices()) {
      assertThat(raw.countPeople(GRAPH.name(17))).isEqualTo(1);
      assertThat(raw.countPeople("nobody")).isZero();
      assertThat(raw.reach(GRAPH.name(17), 2)).isEqualTo(reachOf(17));

      raw.appendPerson("new");
      raw.appendPerson("newer");

      assertThat(raw.countPeople("new")).isEqualTo(1);
      assertThat(raw.countPeople("newer")).isEqualTo(1);
    }
  }

  private static int reachOf(int person) {
    Set<Integer> seen = new HashSet<>(Set.of(person));
    for (int step = 0; step < 2; step++) {
      for (int from : Set.copyOf(seen)) {
        for (int friend = 0; friend < SocialGraph.FRIENDS; friend++) {
          seen.add(GRAPH.to(from * SocialGraph.FRIENDS + friend));
        }
      }
    }
    return seen.size() - 1;
  }
}
