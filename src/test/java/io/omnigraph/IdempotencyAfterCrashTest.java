package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.Receipt;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and conditions of writes across crashes, branches and groups: done once, told the same. */
class IdempotencyAfterCrashTest {

  private static final BranchName DEV = BranchName.of("dev");
  private static final WriteOptions KEYED = new WriteOptions(new ActorId("eve"), null, "k1");

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private InterruptedGraph ada() {
    return new InterruptedGraph(GraphTemplates.withAda(folder));
  }

  private static Receipt<MutationCounts> eve(OmniGraph graph, String branch, WriteOptions how) {
    return TestGraphs.addPerson(graph, branch, "Eve", 1, how);
  }

  /** At these steps the write is armed, published or acknowledged: it is done, once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TABLE_COMMIT",
        "PUBLISH_COMMIT",
        "FORCE_MANIFEST",
        "ACKNOWLEDGE",
        "SIDECAR_DELETE"
      })
  void a_request_repeated_after_a_crash_gets_the_receipt_of_the_write_that_recovery_finished(
      String step) {
    InterruptedGraph at = ada().dieAt(FaultPoint.valueOf(step), graph -> eve(graph, "main", KEYED));
    Receipt<MutationCounts> again;
    try (OmniGraph graph = at.open()) {
      CommitId done = graph.commits(BranchName.MAIN, 1, null).get(0).id();
      again = eve(graph, "main", KEYED);
      assertThat(again.replayed()).isTrue();
      assertThat(again.commit().id()).isEqualTo(done);
      assertThat(again.commit().actor()).isEqualTo(new ActorId("eve"));
      assertThat(again.result()).isEqualTo(new MutationCounts(1, 0));
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Other", 1, KEYED))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("used for another request");
    }
    try (OmniGraph graph = at.open()) {
      assertThat(eve(graph, "main", KEYED)).isEqualTo(again);
    }
    at.settled();
  }

  @Test
  void a_request_that_never_was_armed_is_done_when_it_is_repeated() {
    InterruptedGraph at = ada().dieAt(FaultPoint.SIDECAR_WRITE, graph -> eve(graph, "main", KEYED));
    try (OmniGraph graph = at.open()) {
      assertThat(eve(graph, "main", KEYED).replayed()).isFalse();
      assertThat(eve(graph, "main", KEYED).replayed()).isTrue();
    }
    at.settled();
  }

  @Test
  void a_write_that_recovery_rolled_back_is_done_when_it_is_repeated() {
    InterruptedGraph at = ada().dieAt(FaultPoint.PUBLISH_STAGE, graph -> eve(graph, "main", KEYED));
    Residue.changeSidecar(
        at.root(),
        text -> text.replaceFirst("(\"base_commit_id\":\")[^\"]+", "$1" + Residue.OPERATION));
    try (OmniGraph graph = at.open()) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Eve");
      assertThat(eve(graph, "main", KEYED).replayed()).isFalse();
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKey("Eve");
    }
    at.settled();
  }

  @Test
  void a_repetition_while_the_outcome_is_not_known_waits_for_recovery_and_is_told_the_same() {
    InterruptedGraph at = ada();
    StepFaults faults = new StepFaults();
    try (OmniGraph graph = at.open(faults)) {
      faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
      faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
      assertThatThrownBy(() -> eve(graph, "main", KEYED)).hasMessageContaining("not known yet");
      Receipt<MutationCounts> again = eve(graph, "main", KEYED);
      assertThat(again.replayed()).isTrue();
      assertThat(again.commit().recoveredBy()).isEqualTo(ActorId.RECOVERY);
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(3);
    }
    at.settled();
  }

  @Test
  void a_strict_load_repeated_after_a_crash_does_not_meet_its_own_rows() {
    String records = TestGraphs.settler("Eve", "Rome");
    InterruptedGraph at = ada().dieAt(FaultPoint.ACKNOWLEDGE, graph -> append(graph, records));
    try (OmniGraph graph = at.open()) {
      Receipt<LoadCounts> again = append(graph, records);
      assertThat(again.replayed()).isTrue();
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).containsExactly("Rome");
    }
    at.settled();
  }

  private static Receipt<LoadCounts> append(OmniGraph graph, String records) {
    return graph.load(
        new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
        LoadMode.APPEND,
        BranchName.MAIN,
        null,
        KEYED);
  }

  @Test
  void a_key_belongs_to_its_branch_and_to_what_the_branch_inherited() {
    InterruptedGraph at = ada();
    try (OmniGraph graph = at.open()) {
      graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      Receipt<MutationCounts> main = eve(graph, "main", KEYED);
      // The branch was made before: on it the same key is another one.
      Receipt<MutationCounts> dev = eve(graph, "dev", KEYED);
      assertThat(dev.replayed()).isFalse();
      assertThat(dev.commit().id()).isNotEqualTo(main.commit().id());
      assertThat(eve(graph, "dev", KEYED).commit().id()).isEqualTo(dev.commit().id());
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      graph.createBranch(DEV, BranchName.of("main"), WriteOptions.ANONYMOUS);
      // Made again from main, it inherits main's commit under that key.
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsKey("Eve");
    }
    at.settled();
  }

  @Test
  void keys_in_one_group_are_told_apart_after_a_crash() throws Exception {
    InterruptedGraph at = ada();
    StepFaults faults = new StepFaults();
    OmniGraph graph = at.open(faults);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.PUBLISH_COMMIT);
    Future<?> first = threads.submit(() -> TestGraphs.addPerson(graph, "main", "First", 1));
    pause.awaitReached();
    List<Future<?>> group = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = "g" + i;
      group.add(
          threads.submit(
              () ->
                  TestGraphs.addPerson(
                      graph, "main", name, 1, new WriteOptions(null, null, name))));
    }
    while (graph.engine().lanes().waiting(BranchName.MAIN) < 3) {
      Thread.sleep(5);
    }
    faults.nth(1, FaultPoint.FORCE_MANIFEST, Effect.DIE_BEFORE);
    // The pause is over; the first write dies after its publish, or the group after its own.
    pause.release();
    for (Future<?> write : group) {
      assertThatThrownBy(write::get).hasCauseInstanceOf(StepFaults.Died.class);
    }
    assertThatThrownBy(first::get).hasCauseInstanceOf(StepFaults.Died.class);
    InterruptedGraph.closeDead(graph);
    try (OmniGraph reopened = at.open()) {
      for (int i = 0; i < 3; i++) {
        String name = "g" + i;
        boolean there = TestGraphs.people(reopened, ReadTarget.MAIN).containsKey(name);
        Receipt<MutationCounts> again =
            TestGraphs.addPerson(reopened, "main", name, 1, new WriteOptions(null, null, name));
        assertThat(again.replayed()).isEqualTo(there);
        assertThat(again.result()).isEqualTo(new MutationCounts(1, 0));
      }
      assertThat(TestGraphs.people(reopened, ReadTarget.MAIN))
          .containsOnlyKeys("Ada", "First", "g0", "g1", "g2");
    }
    at.settled();
  }

  @Test
  void a_condition_on_the_head_is_checked_against_what_recovery_left() {
    InterruptedGraph at = ada();
    CommitId before = at.commits(BranchName.MAIN).get(0).id();
    at.dieAt(FaultPoint.PUBLISH_STAGE, graph -> eve(graph, "main", WriteOptions.ANONYMOUS));
    try (OmniGraph graph = at.open()) {
      CommitId finished = graph.commits(BranchName.MAIN, 1, null).get(0).id();
      assertThatThrownBy(
              () ->
                  TestGraphs.addPerson(
                      graph, "main", "Next", 1, new WriteOptions(null, before, null)))
          .isInstanceOf(PreconditionFailedException.class)
          .satisfies(
              e ->
                  assertThat(((PreconditionFailedException) e).context())
                      .containsEntry("expected", before.value())
                      .containsEntry("actual", finished.value()));
      TestGraphs.addPerson(graph, "main", "Next", 1, new WriteOptions(null, finished, null));
    }
    at.settled();
  }

  @Test
  void a_condition_and_a_key_together_replay_even_though_the_head_moved_on() {
    InterruptedGraph at = ada();
    try (OmniGraph graph = at.open()) {
      CommitId head = graph.commits(BranchName.MAIN, 1, null).get(0).id();
      WriteOptions both = new WriteOptions(new ActorId("eve"), head, "k1");
      Receipt<MutationCounts> first = eve(graph, "main", both);
      TestGraphs.addPerson(graph, "main", "Later", 1);
      assertThat(eve(graph, "main", both).commit().id()).isEqualTo(first.commit().id());
    }
    at.settled();
  }

  @Test
  void strict_writes_that_waited_behind_a_failure_are_not_told_of_a_conflict() throws Exception {
    InterruptedGraph at = ada();
    StepFaults faults = new StepFaults();
    try (OmniGraph graph = at.open(faults)) {
      TestGraphs.addPerson(graph, "main", "Bob", 1);
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_TRANSACTION);
      Future<?> insert = threads.submit(() -> eve(graph, "main", WriteOptions.ANONYMOUS));
      pause.awaitReached();
      Future<Receipt<MutationCounts>> update =
          threads.submit(() -> TestGraphs.setAge(graph, "main", "Bob", 9));
      while (graph.engine().lanes().waiting(BranchName.MAIN) < 1) {
        Thread.sleep(5);
      }
      // The insert's table commit loses its answer, and so does its publish.
      faults.next(FaultPoint.TABLE_COMMIT, Effect.FAIL_AFTER);
      faults.next(FaultPoint.PUBLISH_COMMIT, Effect.FAIL_AFTER);
      pause.release();
      insert.get();
      assertThat(update.get().result()).isEqualTo(new MutationCounts(1, 0));
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsEntry("Bob", 9L);
    }
    at.settled();
  }
}
