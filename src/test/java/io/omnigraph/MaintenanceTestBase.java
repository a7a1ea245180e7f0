package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.StepFaults.Effect;
import java.util.Set;

/** A graph of several small files on two branches, to maintain. */
abstract class MaintenanceTestBase extends ScenarioTestBase {

  static final CleanupPolicy NEWEST = new CleanupPolicy(1, null);

  /** Ada in Rome and Bob in Oslo on main, and Cid besides on dev, in several small files. */
  InterruptedGraph settled() {
    return new InterruptedGraph(
        GraphTemplates.copy(
            folder,
            "maintained",
            graph -> {
              TestGraphs.settle(graph, "main", "Ada", "Rome");
              TestGraphs.settle(graph, "main", "Bob", "Oslo");
              graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
              TestGraphs.settle(graph, "dev", "Cid", "Bern");
              TestGraphs.settle(graph, "dev", "Dan", "Graz");
            }));
  }

  static Set<String> people(OmniGraph graph, String branch) {
    return TestGraphs.people(graph, ReadTarget.branch(branch)).keySet();
  }

  static long maintenance(OmniGraph graph, BranchName branch) {
    return graph.commits(branch, -1, null).stream()
        .filter(c -> c.kind() == CommitKind.MAINTENANCE)
        .count();
  }

  static CleanupReport.Table row(CleanupReport report, String key) {
    return report.tables().stream().filter(t -> t.tableKey().equals(key)).findFirst().orElseThrow();
  }

  /** Eve, written to a table and to a sidecar, but not published. */
  void leavePending(OmniGraph graph) {
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Eve", 1))
        .isInstanceOf(RecoveryRequiredException.class);
  }
}
