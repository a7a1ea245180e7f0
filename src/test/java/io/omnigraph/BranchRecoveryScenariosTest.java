package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recovery of writes on branches, and on branches that are gone: scenarios C66 to C70. */
class BranchRecoveryScenariosTest extends RecoveryScenarios {

  @Test
  void scenario_C66_a_write_on_a_branch_is_judged_by_the_branch_and_finished_there() {
    InterruptedGraph graph = branched();
    List<GraphCommit> main = graph.commits(BranchName.MAIN);
    graph.dieAt(FaultPoint.PUBLISH_STAGE, RecoveryScenarios::eveOnDev);
    graph.open().close();
    assertThat(people(graph, "dev")).containsOnlyKeys("Ada", "Bob", "Eve");
    assertThat(graph.commits(BranchName.MAIN)).isEqualTo(main);
    isForward(graph);
  }

  @Test
  void scenario_C67_a_write_on_a_branch_that_cannot_be_finished_is_taken_back_there() {
    InterruptedGraph graph = branched();
    List<GraphCommit> main = graph.commits(BranchName.MAIN);
    graph.dieAt(FaultPoint.PUBLISH_STAGE, RecoveryScenarios::eveOnDev);
    moveBase(graph);
    graph.open().close();
    assertThat(people(graph, "dev")).containsOnlyKeys("Ada", "Bob");
    assertThat(graph.commits(BranchName.MAIN)).isEqualTo(main);
    isBack(graph);
  }

  /** A sidecar of a branch that was deleted since. */
  private InterruptedGraph orphaned() {
    InterruptedGraph graph = branched();
    graph.dieAt(FaultPoint.PUBLISH_COMMIT, RecoveryScenarios::eveOnDev);
    Path sidecar = Residue.sidecars(graph.root()).get(0);
    String text = Residue.read(sidecar);
    try (OmniGraph writer = graph.open()) {
      writer.deleteBranch(BranchName.of("dev"), WriteOptions.ANONYMOUS);
    }
    Residue.sidecar(
        graph.root(),
        Residue.OPERATION,
        text.replaceAll("(\"operation_id\":\")[^\"]+", "$1" + Residue.OPERATION));
    return graph;
  }

  private static void isDiscarded(InterruptedGraph graph) {
    List<RecoveryAudit.Entry> audit = graph.settled();
    assertThat(audit)
        .filteredOn(e -> e.kind() == RecoveryAudit.Kind.ORPHANED_BRANCH_DISCARDED)
        .singleElement()
        .satisfies(e -> assertThat(e.operationId()).isEqualTo(Residue.OPERATION));
  }

  @Test
  void scenario_C68_a_sidecar_of_a_deleted_branch_is_discarded_and_noted_once_on_main() {
    InterruptedGraph graph = orphaned();
    graph.open().close();
    GraphCommit note = graph.commits(BranchName.MAIN).get(0);
    assertThat(note.kind()).isEqualTo(CommitKind.RECOVERY);
    assertThat(note.tables()).isEmpty();
    isDiscarded(graph);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RECOVERY_DELETE", "RECOVERY_AUDIT"})
  void scenario_C69_and_C70_a_discard_that_stops_half_way_is_noted_once_in_the_end(String at) {
    InterruptedGraph graph = orphaned();
    StepFaults faults = new StepFaults();
    faults.next(FaultPoint.valueOf(at), Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> graph.open(faults)).hasMessageContaining(at);
    assertThat(Residue.sidecars(graph.root())).hasSize(1);
    int commits = graph.commits(BranchName.MAIN).size();
    isDiscarded(graph);
    // The oracle's own write is the only one more.
    assertThat(graph.commits(BranchName.MAIN)).hasSize(commits + 1);
  }
}
