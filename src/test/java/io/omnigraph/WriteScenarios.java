package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.testing.StepFaults;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** A graph with Ada, written to with faults at single steps. */
abstract class WriteScenarios extends Scenarios {

  static final TableKey LIVES_IN = TableKey.edge("LivesIn");

  final StepFaults faults = new StepFaults();
  final ExecutorService threads = Executors.newCachedThreadPool();
  OmniGraph opened;

  @AfterEach
  void stop() {
    faults.clear();
    threads.shutdownNow();
    if (opened != null) {
      opened.close();
    }
  }

  /** A graph with Ada, opened with faults; closed after the test. */
  OmniGraph faulty(InterruptedGraph graph) {
    opened = graph.open(faults);
    return opened;
  }

  void closed() {
    opened.close();
    opened = null;
  }

  static void eve(OmniGraph graph) {
    graph.mutate(
        "query q() { insert Person { name: \"Eve\", age: 1 } }",
        null,
        Map.of(),
        BranchName.MAIN,
        WriteOptions.by(new ActorId("eve")));
  }

  static void isRolledForward(InterruptedGraph graph, int tables) {
    assertThat(graph.settled())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.outcomes()).hasSize(tables);
            });
  }
}
