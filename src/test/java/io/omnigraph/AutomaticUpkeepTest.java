package io.omnigraph;

import static io.omnigraph.TestGraphs.PERSON;
import static io.omnigraph.TestGraphs.addPerson;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import io.omnigraph.testing.CallFaults;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Indices that nobody asked for, and what becomes of writes when they cannot be built. */
@ExtendWith(GraphIntegrityExtension.class)
class AutomaticUpkeepTest {

  @TempDir Path directory;
  private final CallFaults faults = new CallFaults();

  private OmniGraph open() {
    Path root = directory.resolve("g");
    TestGraphs.init(root).close();
    EngineSettings settings = TestEngine.settings(GraphUri.local(root), TestEngine.FAST);
    return TestEngine.open(TestEngine.intercepted(settings, faults), TestGraphs.fast());
  }

  private static void load(OmniGraph graph, String prefix, long count) {
    StringBuilder records = new StringBuilder();
    for (long i = 0; i < count; i++) {
      records
          .append("{\"type\":\"Person\",\"data\":{\"name\":\"")
          .append(prefix)
          .append(i)
          .append("\",\"age\":1}}\n");
    }
    TestGraphs.load(graph, "main", LoadMode.APPEND, records.toString());
  }

  /** A commit is told to its listeners after it was acknowledged, on the lane's thread. */
  private static void awaitUpkeep(OmniGraph graph) throws InterruptedException {
    graph.engine().lanes().awaitIdle();
    graph.engine().upkeep().awaitIdle();
  }

  private static List<List<String>> indexed(OmniGraph graph) {
    try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), PERSON)) {
      return lease.handle().indices().stream().map(IndexInfo::columns).toList();
    }
  }

  @Test
  void aLoadIsFollowedByTheIndicesOfATableThatHasGrown() throws Exception {
    try (OmniGraph graph = open()) {
      load(graph, "small", Upkeep.SMALLEST_INDEXED_TABLE - 1);
      awaitUpkeep(graph);
      assertThat(indexed(graph)).isEmpty();
      load(graph, "one", 1);
      awaitUpkeep(graph);
      assertThat(indexed(graph)).contains(List.of("id"));
    }
  }

  @Test
  void aBuildThatFailsIsToldToNobodyAndTheNextLookMakesUpForIt() throws Exception {
    try (OmniGraph graph = open()) {
      faults.next("createIndex", CallFaults.Effect.FAIL);
      load(graph, "p", Upkeep.SMALLEST_INDEXED_TABLE);
      awaitUpkeep(graph);
      assertThat(faults.hasUnmetRules()).as("the build was tried").isFalse();
      assertThat(indexed(graph)).isEmpty();
      assertThat(addPerson(graph, "main", "after", 1).commit()).isNotNull();
      load(graph, "q", 1);
      awaitUpkeep(graph);
      assertThat(indexed(graph)).contains(List.of("id"));
      assertThat(graph.snapshot(ReadTarget.MAIN).tables().get(PERSON).rowCount())
          .isEqualTo(Upkeep.SMALLEST_INDEXED_TABLE + 2);
      assertThat(graph.commits(BranchName.MAIN, 10, null)).hasSize(5);
    }
  }
}
