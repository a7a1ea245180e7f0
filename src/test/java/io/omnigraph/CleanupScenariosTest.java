package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.CallFaults;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.StepFaults.Effect;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Scenarios G131 to G139 of the storage specification: cleaning up. */
class CleanupScenariosTest extends MaintenanceTestBase {

  @Test
  void scenario_G131_a_table_that_cannot_be_cleaned_is_reported_and_the_others_are_cleaned() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      TestGraphs.settle(graph, "main", "Eve", "Rome");
      TestGraphs.settle(graph, "main", "Fay", "Rome");
      for (int i = 0; i < 4; i++) {
        calls.nth(1, "cleanup", "^" + TablePaths.of(PERSON) + "$", CallFaults.Effect.FAIL);
      }
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").error()).contains("injected fault");
      assertThat(report.tables())
          .filteredOn(t -> !t.tableKey().equals("node:Person"))
          .allSatisfy(t -> assertThat(t.error()).isNull());
      assertThat(row(report, "edge:LivesIn").versionsRemoved()).isPositive();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve", "Fay");
      calls.clear();
      CleanupReport again = graph.cleanup(NEWEST, false);
      assertThat(row(again, "node:Person").error()).isNull();
      assertThat(row(again, "node:Person").versionsRemoved()).isPositive();
    }
    at.settled();
  }

  /** A table branch of a graph branch that was deleted. */
  private void leaveOrphan(OmniGraph graph) {
    for (int tables = 0; tables < 3; tables++) {
      faults.next(FaultPoint.BRANCH_TABLE_CLEANUP, Effect.FAIL_BEFORE);
    }
    graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
    assertThat(orphan(graph)).containsExactly("dev");
  }

  private static List<String> orphan(OmniGraph graph) {
    return graph.engine().settings().storage().branchNames(TablePaths.of(PERSON)).stream()
        .map(BranchName::value)
        .toList();
  }

  @Test
  void scenario_G132_an_orphan_that_cannot_be_removed_is_reported_and_removed_the_next_time() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph);
      calls.nth(1, "deleteBranch", TablePaths.of(PERSON), CallFaults.Effect.FAIL);
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").error()).contains("injected fault");
      assertThat(row(report, "node:City").error()).isNull();
      assertThat(orphan(graph)).containsExactly("dev");
      CleanupReport again = graph.cleanup(NEWEST, false);
      assertThat(row(again, "node:Person").orphansRemoved()).containsExactly("dev");
      assertThat(orphan(graph)).isEmpty();
    }
    at.settled();
  }

  @Test
  void scenario_G133_a_branch_that_cannot_be_read_keeps_its_tables() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      for (int i = 0; i < 40; i++) {
        calls.nth(1, "openHead", "__manifest.*dev", CallFaults.Effect.FAIL);
        calls.nth(1, "open", "__manifest.*dev", CallFaults.Effect.FAIL);
      }
      try {
        graph.cleanup(NEWEST, false);
      } catch (GraphException e) {
        assertThat(e).hasMessageContaining("injected fault");
      }
      assertThat(orphan(graph)).containsExactly("dev");
      calls.clear();
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan");
      TestGraphs.addPerson(graph, "dev", "Eve", 1);
    }
    at.settled();
  }

  @Test
  void scenario_G134_keeping_one_version_or_nothing_old_leaves_a_head_to_work_with() {
    for (CleanupPolicy policy : List.of(NEWEST, new CleanupPolicy(null, java.time.Duration.ZERO))) {
      InterruptedGraph at = settled();
      try (OmniGraph graph = open(at)) {
        graph.cleanup(policy, false);
        TestGraphs.setAge(graph, "main", "Ada", 7);
        TestGraphs.settle(graph, "dev", "Eve", "Rome");
        assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
        assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan", "Eve");
      }
      at.settled();
    }
  }

  @Test
  void scenario_G135_without_a_policy_nothing_is_cleaned() {
    assertThatThrownBy(() -> new CleanupPolicy(null, null)).isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> new CleanupPolicy(0, null)).isInstanceOf(BadRequestException.class);
  }

  @Test
  void scenario_G136_on_one_branch_an_orphan_goes_and_what_the_branch_owns_stays() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leaveOrphan(graph);
      graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addEvent(graph, "dev", "owned");
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").orphansRemoved()).containsExactly("dev");
      assertThat(row(report, "node:Event").orphansRemoved()).isEmpty();
      assertThat(TestGraphs.ids(graph, "dev", TestGraphs.EVENTS)).hasSize(1);
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob");
    }
    at.settled();
  }

  @Test
  void scenario_G138_a_branch_that_only_inherits_stays_readable() {
    InterruptedGraph at = settled();
    BranchName lazy = BranchName.of("lazy");
    try (OmniGraph graph = open(at)) {
      graph.createBranch(lazy, BranchName.MAIN, WriteOptions.ANONYMOUS);
      for (String name : List.of("Eve", "Fay", "Gus")) {
        TestGraphs.settle(graph, "main", name, "Rome");
      }
      graph.optimize(BranchName.MAIN);
      graph.cleanup(NEWEST, false);
      assertThat(people(graph, "lazy")).containsExactly("Ada", "Bob");
      assertThat(TestGraphs.ids(graph, "lazy", TestGraphs.CITY)).containsExactly("Oslo", "Rome");
    }
    try (OmniGraph graph = open(at)) {
      TestGraphs.settle(graph, "lazy", "Hal", "Graz");
      assertThat(people(graph, "lazy")).containsExactly("Ada", "Bob", "Hal");
    }
    at.settled();
  }

  @Test
  void scenario_G139_what_is_pending_is_settled_first_and_what_cannot_be_settled_stops_it() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leavePending(graph);
      graph.cleanup(NEWEST, false);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");

      faults.next(FaultPoint.SIDECAR_DELETE, Effect.FAIL_BEFORE);
      TestGraphs.addPerson(graph, "main", "Fay", 1);
      graph.engine().lanes().awaitIdle();
      GraphCommit before = graph.commits(BranchName.MAIN, 3, null).get(2);
      Residue.changeSidecar(at.root(), text -> "{" + text);
      assertThatThrownBy(() -> graph.cleanup(NEWEST, false))
          .isInstanceOf(RecoveryRequiredException.class);
      assertThat(graph.snapshot(new ReadTarget.Commit(before.id()))).isNotNull();
      Residue.changeSidecar(at.root(), text -> text.substring(1));
      graph.cleanup(NEWEST, false);
    }
    at.settled();
  }

  /** What is written, but not yet armed, is named by nothing in the store. */
  @Test
  void a_cleanup_leaves_alone_what_a_write_has_prepared() throws Exception {
    InterruptedGraph at = settled();
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CallInterceptor hold =
        new CallInterceptor() {
          @Override
          public <T> T around(String operation, String target, Supplier<T> body) {
            T result = body.get();
            if (operation.equals("writeFiles") && target.contains(TablePaths.of(PERSON))) {
              written.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            return result;
          }
        };
    try (OmniGraph graph = open(at, hold)) {
      Future<?> insert = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Eve", 1));
      written.await();
      graph.cleanup(NEWEST, false);
      goOn.countDown();
      insert.get();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");
    }
    at.settled();
  }
}
