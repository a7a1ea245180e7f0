package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Scenario H140 of the storage specification: writing, branching and maintaining together. */
class LifeScenarioTest extends MaintenanceTestBase {

  @Test
  void scenario_H140_the_whole_life_of_a_graph() {
    Path root = folder.resolve("life");
    GraphCommit loaded;
    try (OmniGraph graph = TestGraphs.init(root)) {
      TestGraphs.load(
          graph,
          "main",
          LoadMode.OVERWRITE,
          TestGraphs.settler("Ada", "Rome") + TestGraphs.settler("Bob", "Oslo"));
      loaded = graph.commits(BranchName.MAIN, 1, null).get(0);
      graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, "dev", "Cid", 3);
      TestGraphs.deletePerson(graph, "dev", "Bob");
      TestGraphs.addPerson(graph, "main", "Dan", 4);
      TestGraphs.setAge(graph, "main", "Ada", 9);
      graph.optimize(BranchName.MAIN);
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(loaded.id())))
          .containsOnly(Map.entry("Ada", 1L), Map.entry("Bob", 1L));
      GraphCommit head = graph.commits(BranchName.MAIN, 1, null).get(0);
      TestGraphs.addPerson(graph, "main", "Eve", 5, new WriteOptions(null, head.id(), null));
      assertThatThrownBy(
              () ->
                  TestGraphs.addPerson(
                      graph, "main", "Fay", 6, new WriteOptions(null, head.id(), null)))
          .isInstanceOf(GraphException.class);
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, ManifestStore.PATH).error()).isNull();
    }
    InterruptedGraph at = new InterruptedGraph(root);
    try (OmniGraph graph = at.open()) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .isEqualTo(Map.of("Ada", 9L, "Bob", 1L, "Dan", 4L, "Eve", 5L));
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .isEqualTo(Map.of("Ada", 1L, "Cid", 3L));
      assertThat(TestGraphs.ids(graph, "dev", LIVES_IN)).hasSize(1);
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(loaded.id())))
          .as("the commit that both branches come from is kept")
          .hasSize(2);
      TestGraphs.settle(graph, "main", "Gus", "Bern");
      TestGraphs.settle(graph, "dev", "Hal", "Graz");
    }
    assertThat(at.settled()).isEmpty();
  }
}
