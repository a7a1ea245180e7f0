package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.TableMove;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.Receipt;
import io.omnigraph.testing.CallFaults;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Scenarios D78 to D88 of the storage's failure matrix: branches and forked tables. */
class BranchScenariosTest extends ScenarioTestBase {

  private InterruptedGraph forked() {
    return new InterruptedGraph(
        GraphTemplates.copy(
            folder,
            "forked",
            graph -> {
              TestGraphs.addPerson(graph, "main", "Ada", 1);
              graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
              TestGraphs.addPerson(graph, "dev", "Bob", 1);
            }));
  }

  private InterruptedGraph fresh() {
    return new InterruptedGraph(GraphTemplates.withBranch(folder));
  }

  private static Path reference(InterruptedGraph at, TableKey key) {
    return at.root().resolve(TablePaths.of(key)).resolve("_refs/branches/dev.json");
  }

  private static void create(OmniGraph graph, BranchName name, BranchName from) {
    graph.createBranch(name, from, WriteOptions.ANONYMOUS);
  }

  /** Deletes dev, but what it owned of the person table stays. */
  private void leaveOrphan(OmniGraph graph, InterruptedGraph at) {
    faults.next(FaultPoint.BRANCH_TABLE_CLEANUP, Effect.FAIL_BEFORE);
    graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
    assertThat(graph.branches()).containsExactly(BranchName.MAIN);
    assertThat(reference(at, PERSON)).exists();
  }

  @Test
  void scenario_D78_a_clean_up_that_fails_does_not_fail_the_deletion_and_the_name_is_free() {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph, at);
      create(graph, DEV, BranchName.MAIN);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada");
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
    }
    try (OmniGraph graph = open(at, calls)) {
      graph.cleanup(new CleanupPolicy(1, null), false);
      assertThat(reference(at, PERSON)).doesNotExist();
    }
    at.settled();
  }

  @Test
  void scenario_D79_the_first_write_of_a_recreated_branch_removes_what_the_old_one_left() {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph, at);
      create(graph, DEV, BranchName.MAIN);
      TestGraphs.addPerson(graph, "dev", "New", 1);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada", "New");
    }
    at.settled();
  }

  @Test
  void scenario_D80_nothing_is_removed_as_long_as_it_cannot_be_verified_whose_it_is() {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph, at);
      create(graph, DEV, BranchName.MAIN);
      graph.snapshot(ReadTarget.branch("dev"));
      String before = Residue.read(reference(at, PERSON));
      for (int i = 0; i < 20; i++) {
        calls.nth(1, "openHead", "__manifest.*dev", CallFaults.Effect.FAIL);
      }
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "dev", "New", 1))
          .isInstanceOf(GraphException.class);
      assertThat(Residue.read(reference(at, PERSON))).isEqualTo(before);
      calls.clear();
      TestGraphs.addPerson(graph, "dev", "New", 1);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada", "New");
    }
    at.settled();
  }

  @Test
  void scenario_D81_a_first_write_that_comes_while_another_one_forks_waits_and_succeeds()
      throws Exception {
    InterruptedGraph at = fresh();
    try (OmniGraph graph = open(at, calls)) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.FORK_TABLE);
      Future<?> first = threads.submit(() -> TestGraphs.addPerson(graph, "dev", "One", 1));
      pause.awaitReached();
      Future<?> second = threads.submit(() -> TestGraphs.addPerson(graph, "dev", "Two", 1));
      pause.release();
      first.get();
      second.get();
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsOnlyKeys("Ada", "One", "Two");
    }
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void a_write_that_waits_while_the_residue_of_an_earlier_branch_is_removed_keeps_its_rows()
      throws Exception {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph, at);
      create(graph, DEV, BranchName.MAIN);
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.FORK_TABLE);
      Future<?> first = threads.submit(() -> TestGraphs.addPerson(graph, "dev", "One", 1));
      pause.awaitReached();
      AtomicReference<Thread> writer = new AtomicReference<>();
      Future<?> second =
          threads.submit(
              () -> {
                writer.set(Thread.currentThread());
                TestGraphs.addPerson(graph, "dev", "Two", 1);
              });
      awaitInLane(writer);
      pause.release();
      first.get();
      second.get();
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsOnlyKeys("Ada", "One", "Two");
    }
    at.settled();
    try (OmniGraph graph = open(at, calls)) {
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsOnlyKeys("Ada", "One", "Two");
    }
  }

  /** Until everything the writer does outside the lane is done. */
  private static void awaitInLane(AtomicReference<Thread> writer) throws InterruptedException {
    for (int i = 0; i < 6000; i++) {
      Thread thread = writer.get();
      if (thread != null
          && Arrays.stream(thread.getStackTrace())
              .anyMatch(frame -> frame.getClassName().endsWith(".Ticket"))) {
        return;
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException("the writer never came to the lane");
  }

  @Test
  void scenario_D82_a_fork_that_no_manifest_shows_is_replaced_by_the_first_write() {
    InterruptedGraph at = fresh();
    at.moveUnpublished(g -> TestGraphs.addPerson(g, "dev", "Lost", 1));
    assertThat(reference(at, PERSON)).exists();
    try (OmniGraph graph = open(at, calls)) {
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada");
      TestGraphs.addPerson(graph, "dev", "New", 1);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada", "New");
    }
    at.settled();
  }

  @Test
  void scenario_D83_a_deletion_on_a_branch_forks_the_node_table_and_the_edge_tables_it_touches() {
    InterruptedGraph at =
        new InterruptedGraph(
            GraphTemplates.copy(
                folder,
                "edges",
                graph -> {
                  TestGraphs.settle(graph, "main", "Ada", "Rome");
                  create(graph, DEV, BranchName.MAIN);
                }));
    try (OmniGraph graph = open(at, calls)) {
      TestGraphs.deletePerson(graph, "dev", "Ada");
      assertThat(graph.commits(DEV, 1, null).get(0).tables())
          .extracting(TableMove::key)
          .containsExactlyInAnyOrder(PERSON, LIVES_IN);
      assertThat(TestGraphs.ids(graph, "dev", LIVES_IN)).isEmpty();
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
      assertThat(reference(at, TestGraphs.KNOWS)).doesNotExist();
    }
    at.settled();
  }

  @Test
  void scenario_D84_a_deletion_is_refused_while_something_depends_on_the_branch() {
    InterruptedGraph at = forked();
    BranchName child = BranchName.of("child");
    try (OmniGraph graph = open(at, calls)) {
      create(graph, child, DEV);
      assertThatThrownBy(() -> graph.deleteBranch(DEV, WriteOptions.ANONYMOUS))
          .isInstanceOf(ConflictException.class)
          .hasMessage("cannot delete branch 'dev' because branch 'child' still depends on it");
      assertThatThrownBy(() -> graph.deleteBranch(BranchName.MAIN, WriteOptions.ANONYMOUS))
          .isInstanceOf(BadRequestException.class)
          .hasMessage("cannot delete branch 'main'");
      assertThatThrownBy(() -> graph.deleteBranch(BranchName.of("nowhere"), WriteOptions.ANONYMOUS))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("branch 'nowhere' not found");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("child"))).containsKey("Bob");
      graph.deleteBranch(child, WriteOptions.ANONYMOUS);
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      assertThat(graph.branches()).containsExactly(BranchName.MAIN);
    }
    at.settled();
  }

  @Test
  void scenario_D85_a_write_of_edges_only_forks_the_edge_table_only() {
    InterruptedGraph at = fresh();
    try (OmniGraph graph = open(at, calls)) {
      TestGraphs.know(graph, "dev", "Ada", "Ada");
      assertThat(reference(at, TestGraphs.KNOWS)).exists();
      assertThat(reference(at, PERSON)).doesNotExist();
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.KNOWS)).isEmpty();
    }
    at.settled();
  }

  @Test
  void scenario_D86_branches_made_from_two_parents_at_once_start_from_their_own() throws Exception {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      Future<?> one = threads.submit(() -> create(graph, BranchName.of("one"), BranchName.MAIN));
      Future<?> two = threads.submit(() -> create(graph, BranchName.of("two"), DEV));
      one.get();
      two.get();
      assertThat(TestGraphs.people(graph, ReadTarget.branch("one"))).containsOnlyKeys("Ada");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("two"))).containsOnlyKeys("Ada", "Bob");
      Future<?> first = threads.submit(() -> TestGraphs.addPerson(graph, "one", "Eve", 1));
      Future<?> second = threads.submit(() -> TestGraphs.addPerson(graph, "two", "Fay", 1));
      first.get();
      second.get();
      assertThat(TestGraphs.people(graph, ReadTarget.branch("one"))).containsOnlyKeys("Ada", "Eve");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("two")))
          .containsOnlyKeys("Ada", "Bob", "Fay");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada", "Bob");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    }
    at.settled();
  }

  @Test
  void scenario_D87_the_internal_branch_is_refused_everywhere_and_old_run_names_are_ordinary() {
    InterruptedGraph at = fresh();
    BranchName lock = BranchName.of("__schema_apply_lock__");
    BranchName run = BranchName.of("__run__x");
    try (OmniGraph graph = open(at, calls)) {
      for (org.assertj.core.api.ThrowableAssert.ThrowingCallable use :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> create(graph, lock, BranchName.MAIN),
              () -> create(graph, BranchName.of("other"), lock),
              () -> graph.deleteBranch(lock, WriteOptions.ANONYMOUS),
              () -> graph.snapshot(new ReadTarget.Branch(lock)),
              () -> TestGraphs.addPerson(graph, lock.value(), "Eve", 1))) {
        assertThatThrownBy(use).isInstanceOf(BadRequestException.class);
      }
      create(graph, run, BranchName.MAIN);
      TestGraphs.addPerson(graph, "__run__x", "Eve", 1);
      assertThat(graph.branches()).containsExactly(BranchName.MAIN, run, DEV);
    }
    at.settled();
  }

  @Test
  void scenario_D88_a_write_prepared_on_a_branch_that_was_deleted_and_made_again_is_not_lost()
      throws Exception {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
      Future<?> stale = threads.submit(() -> TestGraphs.setAge(graph, "dev", "Bob", 9));
      pause.awaitReached();
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      create(graph, DEV, BranchName.MAIN);
      pause.release();
      assertThatThrownBy(stale::get)
          .cause()
          .isInstanceOfAny(NotFoundException.class, ConflictException.class);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Ada");

      StepFaults.Pause again = faults.pauseNext(FaultPoint.PREPARE);
      Future<?> gone = threads.submit(() -> TestGraphs.addPerson(graph, "dev", "Cid", 9));
      again.awaitReached();
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      again.release();
      assertThatThrownBy(gone::get).hasCauseInstanceOf(NotFoundException.class);
      assertThat(graph.branches()).containsExactly(BranchName.MAIN);
    }
    at.settled();
  }

  @Test
  void a_creation_that_is_told_to_have_failed_leaves_no_branch_and_works_when_repeated() {
    InterruptedGraph at = new InterruptedGraph(GraphTemplates.withAda(folder));
    try (OmniGraph graph = open(at, calls)) {
      for (CallFaults.Effect effect :
          List.of(CallFaults.Effect.FAIL, CallFaults.Effect.FAIL_AFTER_EFFECT)) {
        calls.next("forceFork", effect);
        assertThatThrownBy(() -> create(graph, DEV, BranchName.MAIN))
            .isInstanceOf(GraphException.class)
            .hasMessageContaining("injected fault");
        assertThat(graph.branches()).containsExactly(BranchName.MAIN);
      }
      calls.next("forceFork", CallFaults.Effect.FAIL);
      calls.next("deleteBranch", CallFaults.Effect.FAIL);
      assertThatThrownBy(() -> create(graph, DEV, BranchName.MAIN))
          .isInstanceOf(RecoveryRequiredException.class)
          .hasMessageContaining("it is not known whether branch 'dev' was made");
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      create(graph, DEV, BranchName.MAIN);
      TestGraphs.addPerson(graph, "dev", "Bob", 1);
    }
    assertThat(at.settled()).isEmpty();
  }

  /** Making the branch is a step of its own: it stays, shows its source, and is filled later. */
  @Test
  void a_load_that_died_after_it_made_its_branch_can_be_repeated() {
    BranchName fresh = BranchName.of("fresh");
    WriteOptions key = new WriteOptions(null, null, "once");
    InterruptedGraph at = forked().dieAt(FaultPoint.SIDECAR_WRITE, g -> loadInto(g, fresh, key));
    try (OmniGraph graph = open(at, calls)) {
      assertThat(graph.branches()).contains(fresh);
      assertThat(TestGraphs.people(graph, ReadTarget.branch("fresh"))).containsOnlyKeys("Ada");
      assertThat(loadInto(graph, fresh, key).replayed()).isFalse();
      assertThat(loadInto(graph, fresh, key).replayed()).isTrue();
      assertThat(TestGraphs.people(graph, ReadTarget.branch("fresh")))
          .containsOnlyKeys("Ada", "Eve");
    }
    at.settled();
  }

  private static Receipt<LoadCounts> loadInto(
      OmniGraph graph, BranchName branch, WriteOptions write) {
    byte[] records = TestGraphs.settler("Eve", "Rome").getBytes(StandardCharsets.UTF_8);
    return graph.load(
        new ByteArrayInputStream(records), LoadMode.MERGE, branch, BranchName.MAIN, write);
  }

  /** Such as when a writer that had prepared for it puts a file into a folder that is emptied. */
  @Test
  void a_clean_up_that_fails_once_is_done_at_the_second_try() {
    InterruptedGraph at = forked();
    try (OmniGraph graph = open(at, calls)) {
      calls.nth(1, "deleteBranch", TablePaths.of(PERSON), CallFaults.Effect.FAIL_AFTER_EFFECT);
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      assertThat(reference(at, PERSON)).doesNotExist();
      calls.clear();
      create(graph, DEV, BranchName.MAIN);
      TestGraphs.addPerson(graph, "dev", "New", 1);
      calls.nth(1, "deleteBranch", TablePaths.of(PERSON), CallFaults.Effect.FAIL);
      graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      assertThat(reference(at, PERSON)).doesNotExist();
    }
    at.settled();
  }
}
