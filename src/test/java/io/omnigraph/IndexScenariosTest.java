package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.PendingIndex;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.testing.CallCounter;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Scenarios G118 to G120 and G129 of the storage specification: building indices. */
class IndexScenariosTest extends MaintenanceTestBase {

  private static final TableKey DOC = TableKey.node("Doc");
  private static final String DOCS =
      """
      node Doc {
        slug: String @key
        size: I64 @index
        emb: Vector(2)? @index
      }
      node Unused { name: String @key }
      """;

  private static void docs(OmniGraph graph, int from, int to) {
    StringBuilder records = new StringBuilder();
    for (int i = from; i < to; i++) {
      records.append(
          "{\"type\":\"Doc\",\"data\":{\"slug\":\"d%d\",\"size\":%d,\"emb\":[%d,1]}}\n"
              .formatted(i, i, i));
    }
    TestGraphs.load(graph, "main", LoadMode.APPEND, records.toString());
  }

  /** An index holds nothing that is not in the rows, so it is built again instead of finished. */
  @Test
  void scenario_G118_a_death_between_building_and_publishing_indices_leaves_the_branch_as_it_was() {
    InterruptedGraph at = settled().dieAt(FaultPoint.PUBLISH_STAGE, g -> g.ensureIndices(DEV, 1));
    List<GraphCommit> main = at.commits(BranchName.MAIN);
    try (OmniGraph graph = open(at)) {
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan");
      assertThat(graph.ensureIndices(DEV, 1).commit()).isNotNull();
      assertThat(graph.ensureIndices(DEV, 1).commit()).isNull();
      assertThat(graph.commits(BranchName.MAIN, -1, null)).isEqualTo(main);
      try (var lease =
          graph.engine().handles().open(graph.snapshot(ReadTarget.branch("dev")), PERSON)) {
        assertThat(lease.handle().indices()).isNotEmpty();
      }
    }
    at.settled();
  }

  @Test
  void scenario_G119_a_failure_before_the_first_index_moves_no_table_and_others_are_written() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      Map<TableKey, TableEntry> before = graph.snapshot(ReadTarget.MAIN).tables();
      faults.next(FaultPoint.COMPACT_TABLE, Effect.FAIL_BEFORE);
      assertThatThrownBy(() -> graph.ensureIndices(BranchName.MAIN, 1))
          .isInstanceOf(GraphException.class);
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(before);
      for (TableKey key : List.of(PERSON, TestGraphs.CITY, LIVES_IN)) {
        assertThat(at.newest(key)).isEqualTo(before.get(key).version());
      }
      TestGraphs.addEvent(graph, "main", "another table");
      TestGraphs.addPerson(graph, "main", "Eve", 1);
    }
    at.settled();
  }

  @Test
  void scenario_G120_where_nothing_is_to_do_and_on_empty_tables_nothing_is_written() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.copy(folder, "docs", DOCS, graph -> {}));
    CallCounter counter = new CallCounter();
    try (OmniGraph graph = open(at, counter)) {
      int before = writes(counter);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      assertThat(writes(counter)).isEqualTo(before);
      docs(graph, 0, 3);
      graph.ensureIndices(BranchName.MAIN, 1);
      graph.engine().lanes().awaitIdle();
      int built = writes(counter);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      graph.engine().lanes().awaitIdle();
      assertThat(writes(counter)).isEqualTo(built);
    }
  }

  private static int writes(CallCounter counter) {
    return List.of("put", "putIfAbsent", "putIfMatch", "delete", "commit", "createIndex", "compact")
        .stream()
        .mapToInt(counter::count)
        .sum();
  }

  @Test
  void scenario_G129_new_rows_become_indexed_and_an_index_that_cannot_be_built_yet_is_named() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.copy(folder, "docs", DOCS, graph -> {}));
    try (OmniGraph graph = open(at)) {
      docs(graph, 0, 3);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).pending())
          .containsExactly(new PendingIndex(DOC, "emb", "below_threshold"));
      docs(graph, 3, 400);
      assertThat(unindexed(graph)).isPositive();
      graph.optimize(BranchName.MAIN);
      assertThat(unindexed(graph)).isZero();
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).pending())
          .containsExactly(new PendingIndex(DOC, "emb", "below_threshold"));
      try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), DOC)) {
        assertThat(lease.handle().countRows("size >= 390")).isEqualTo(10);
      }
    }
  }

  private static long unindexed(OmniGraph graph) {
    try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), DOC)) {
      return lease.handle().indices().stream()
          .filter(i -> i.columns().equals(List.of("size")))
          .mapToLong(SnapshotHandle.IndexInfo::unindexedRows)
          .sum();
    }
  }
}
