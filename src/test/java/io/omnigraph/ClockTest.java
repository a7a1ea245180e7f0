package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.Receipt;
import io.omnigraph.testing.ManualTime;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.MutationCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time of day goes back and forth, while a graph is open and between openings. */
class ClockTest {

  @TempDir Path folder;

  private final ManualTime time = ManualTime.now();
  private final StepFaults faults = new StepFaults();

  private OmniGraph open(Path root) {
    return TestEngine.open(
        GraphUri.local(root), TestEngine.FAST, s -> TestEngine.timed(s.withFaults(faults), time));
  }

  private static WriteOptions key(String key) {
    return new WriteOptions(null, null, key);
  }

  @Test
  void the_order_of_commits_is_that_of_the_writes_whatever_the_clock_says() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    Path root = GraphTemplates.withAda(folder);
    List<CommitId> written = new ArrayList<>();
    BranchName dev = BranchName.of("dev");
    for (int opening = 0; opening < 4; opening++) {
      try (OmniGraph graph = open(root)) {
        for (int i = 0; i < 4; i++) {
          String name = "p" + opening + "-" + i;
          written.add(TestGraphs.addPerson(graph, "main", name, 1, key(name)).commit().id());
          time.jump(Duration.ofMinutes(random.nextInt(10_000) - 5_000));
        }
        if (opening == 1) {
          graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
          TestGraphs.addPerson(graph, "dev", "only-here", 1);
        }
        if (opening == 2) {
          graph.optimize(BranchName.MAIN);
        }
      }
    }
    List<CommitId> newestFirst = new ArrayList<>(written);
    Collections.reverse(newestFirst);
    try (OmniGraph graph = open(root)) {
      assertThat(graph.commits(BranchName.MAIN, -1, null))
          .as("seed %s", seed)
          .extracting(GraphCommit::id)
          .filteredOn(written::contains)
          .isEqualTo(newestFirst);
      for (int i = 0; i < written.size(); i++) {
        ReadTarget then = new ReadTarget.Commit(written.get(i));
        assertThat(TestGraphs.people(graph, then)).as("seed %s", seed).hasSize(i + 2);
      }
      Receipt<MutationCounts> again = TestGraphs.addPerson(graph, "main", "p0-0", 1, key("p0-0"));
      assertThat(again.replayed()).as("seed %s", seed).isTrue();
      assertThat(again.commit().id()).isEqualTo(written.get(0));
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsKeys("only-here", "p1-3")
          .doesNotContainKey("p2-0");
    }
    assertThat(new InterruptedGraph(root).settled()).isEmpty();
  }

  @Test
  void a_write_that_died_in_the_future_is_finished_by_an_owner_who_lives_before_it() {
    Path root = GraphTemplates.withAda(folder);
    time.jump(Duration.ofDays(400));
    OmniGraph dying = open(root);
    faults.next(FaultPoint.PUBLISH_STAGE, Effect.DIE_BEFORE);
    try {
      TestGraphs.addPerson(dying, "main", "Eve", 1, key("k"));
      throw new AssertionError("alive");
    } catch (StepFaults.Died e) {
      InterruptedGraph.closeDead(dying);
    }
    InterruptedGraph at = new InterruptedGraph(root);
    try (OmniGraph graph = at.open()) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
      assertThat(TestGraphs.addPerson(graph, "main", "Eve", 1, key("k")).replayed()).isTrue();
      TestGraphs.addPerson(graph, "main", "Fay", 1);
    }
    assertThat(at.settled()).hasSize(1);
  }

  /** Ages are what the clock makes of them; heads and what branches have in common stay. */
  @Test
  void cleaning_up_by_age_keeps_every_head_however_far_the_clock_is_off() {
    Path root = GraphTemplates.withAda(folder);
    CleanupPolicy hour = new CleanupPolicy(null, Duration.ofHours(1));
    try (OmniGraph graph = open(root)) {
      CommitId old = TestGraphs.addPerson(graph, "main", "Bob", 1).commit().id();
      graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, "dev", "Cid", 1);
      CommitId newer = TestGraphs.addPerson(graph, "main", "Dan", 1).commit().id();
      TestGraphs.addPerson(graph, "main", "Eve", 1);
      // Behind: everything seems to come from the future, and nothing is old.
      time.jump(Duration.ofDays(-3));
      graph.cleanup(hour, false);
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(newer))).hasSize(3);
      // Ahead: everything is old, and goes as far as it may.
      time.jump(Duration.ofDays(3_000));
      graph.cleanup(hour, false);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .containsOnlyKeys("Ada", "Bob", "Dan", "Eve");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsOnlyKeys("Ada", "Bob", "Cid");
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(old))).hasSize(2);
      TestGraphs.setAge(graph, "main", "Ada", 2);
      TestGraphs.addPerson(graph, "dev", "Fay", 1);
    }
    assertThat(new InterruptedGraph(root).settled()).isEmpty();
  }
}
