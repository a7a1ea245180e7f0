package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.StepFaults;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Scenarios G121 to G127 and G130 of the storage specification: folding small files. */
class FoldScenariosTest extends MaintenanceTestBase {

  @Test
  void scenario_G121_after_a_death_between_folding_and_publishing_the_schema_can_be_changed() {
    InterruptedGraph at =
        settled().dieAt(FaultPoint.PUBLISH_STAGE, g -> g.optimize(BranchName.MAIN));
    assertThat(at.newest(PERSON)).isGreaterThan(at.published(PERSON));
    try (OmniGraph graph = open(at)) {
      String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
      assertThat(graph.applySchema(wider, false, WriteOptions.ANONYMOUS).applied()).isTrue();
      assertThat(TestGraphs.columns(graph, PERSON)).contains("nick");
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
    }
    at.settled();
  }

  @Test
  void scenario_G122_and_G123_inserts_and_deletions_while_files_are_folded_are_not_lost()
      throws Exception {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.COMPACT_TABLE);
      Future<?> folding = threads.submit(() -> graph.optimize(BranchName.MAIN));
      pause.awaitReached();
      Future<?> insert = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Eve", 1));
      Future<?> deletion = threads.submit(() -> TestGraphs.deletePerson(graph, "main", "Ada"));
      while (graph.engine().lanes().waiting(BranchName.MAIN) < 2) {
        Thread.sleep(2);
      }
      pause.release();
      folding.get();
      insert.get();
      deletion.get();
      assertThat(people(graph, "main")).containsExactly("Bob", "Eve");
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
      assertThat(maintenance(graph, BranchName.MAIN)).isEqualTo(1);
    }
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void scenario_G125_folding_a_second_time_changes_nothing() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNotNull();
      Snapshot folded = graph.snapshot(ReadTarget.MAIN);
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(folded.tables());
      assertThat(graph.snapshot(ReadTarget.MAIN).manifestVersion())
          .isEqualTo(folded.manifestVersion());
    }
    at.settled();
  }

  /** Here it need not be refused: what is pending is settled first, in the same lane. */
  @Test
  void scenario_G126_folding_while_a_write_is_pending_settles_the_write_before() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leavePending(graph);
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNotNull();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");
      assertThat(graph.commits(BranchName.MAIN, 2, null))
          .extracting(GraphCommit::kind)
          .containsExactly(CommitKind.MAINTENANCE, CommitKind.MUTATION);
    }
    assertThat(at.settled()).hasSize(1);
  }

  /** Rows that nobody published stay out of sight, whatever is folded. */
  @Test
  void scenario_G127_folding_a_table_that_moved_unpublished_does_not_publish_what_moved() {
    InterruptedGraph at = settled().moveUnpublished(g -> TestGraphs.addPerson(g, "main", "Eve", 1));
    try (OmniGraph graph = open(at)) {
      assertThat(graph.optimize(BranchName.MAIN).tables())
          .extracting(t -> t.key())
          .doesNotHaveDuplicates()
          .contains(PERSON);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
      TestGraphs.addPerson(graph, "main", "Fay", 1);
      graph.optimize(BranchName.MAIN);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Fay");
    }
    at.settled();
  }

  @Test
  void scenario_G130_folding_the_manifest_changes_nothing_that_is_read_and_needs_no_sidecar() {
    InterruptedGraph at =
        new InterruptedGraph(
            GraphTemplates.copy(
                folder,
                "long",
                graph -> {
                  for (int i = 0; i < 97; i++) {
                    TestGraphs.addEvent(graph, "main", "old " + i);
                  }
                }));
    try (OmniGraph graph = open(at)) {
      List<GraphCommit> before = graph.commits(BranchName.MAIN, -1, null);
      int written = 97;
      while (!faults.reached().contains(FaultPoint.COMPACT_MANIFEST)) {
        assertThat(written).as("the manifest is never folded").isLessThan(210);
        TestGraphs.addEvent(graph, "main", "event " + written++);
        graph.engine().lanes().awaitIdle();
      }
      assertThat(Residue.sidecars(at.root())).isEmpty();
      TestGraphs.addEvent(graph, "main", "event " + written++);
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize(written);
      assertThat(graph.commits(BranchName.MAIN, -1, null)).containsAll(before);
      ReadTarget then = new ReadTarget.Commit(before.get(40).id());
      assertThat(graph.snapshot(then).table(TestGraphs.EVENTS).rowCount()).isEqualTo(57);
    }
    assertThat(at.settled()).isEmpty();
  }
}
