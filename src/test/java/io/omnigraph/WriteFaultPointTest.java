package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every named step of a write, failed before its effect, after it, and met by the death of the
 * process: the write is applied fully or not at all, and the next one works.
 */
class WriteFaultPointTest {

  @TempDir Path root;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final StepFaults faults = new StepFaults();

  private static final List<FaultPoint> OF_A_WRITE =
      List.of(
          FaultPoint.PREPARE,
          FaultPoint.STAGE_FILES,
          FaultPoint.STAGE_TRANSACTION,
          FaultPoint.FORCE_STAGED,
          FaultPoint.SIDECAR_WRITE,
          FaultPoint.TABLE_COMMIT,
          FaultPoint.FORCE_TABLE,
          FaultPoint.PUBLISH_STAGE,
          FaultPoint.PUBLISH_COMMIT,
          FaultPoint.FORCE_MANIFEST,
          FaultPoint.ACKNOWLEDGE,
          FaultPoint.EMIT_EVENT,
          FaultPoint.SIDECAR_DELETE);

  static Stream<Arguments> steps() {
    return OF_A_WRITE.stream()
        .flatMap(point -> Stream.of(Effect.values()).map(e -> Arguments.of(point, e)));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void a_write_is_all_or_nothing_whatever_step_fails(FaultPoint point, Effect effect) {
    integrity.init(root).close();
    boolean acknowledged = false;
    OmniGraph graph = TestEngine.open(GraphUri.local(root), TestEngine.FAST, faults);
    try {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      graph.engine().lanes().heal(BranchName.MAIN);
      awaitIdle(graph);
      faults.next(point, effect);
      try {
        TestGraphs.settle(graph, "main", "Eve", "Rome");
        acknowledged = true;
      } catch (GraphException | StepFaults.Died e) {
        acknowledged = false;
      }
      awaitIdle(graph);
      if (effect == Effect.FAIL_BEFORE || effect == Effect.FAIL_AFTER) {
        TestGraphs.addPerson(graph, "main", "Next", 1);
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKeys("Ada", "Next");
      }
    } finally {
      close(graph);
    }
    assertThat(faults.met()).contains(point);
    OmniGraph reopened = integrity.open(root);
    boolean applied = TestGraphs.people(reopened, ReadTarget.MAIN).containsKey("Eve");
    assertThat(TestGraphs.ids(reopened, "main", TestGraphs.CITY).contains("Rome"))
        .isEqualTo(applied);
    if (acknowledged) {
      assertThat(applied).isTrue();
    }
    if (OF_A_WRITE.indexOf(point) > OF_A_WRITE.indexOf(FaultPoint.SIDECAR_WRITE)) {
      assertThat(applied).as("an armed write whose files are there is finished").isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("forkSteps")
  void the_first_write_on_a_branch_is_all_or_nothing_whatever_step_fails(
      FaultPoint point, Effect effect) {
    try (OmniGraph graph = integrity.init(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
    }
    OmniGraph graph = TestEngine.open(GraphUri.local(root), TestEngine.FAST, faults);
    try {
      faults.next(point, effect);
      try {
        TestGraphs.settle(graph, "dev", "Eve", "Rome");
      } catch (GraphException | StepFaults.Died e) {
        assertThat(e).isNotNull();
      }
      awaitIdle(graph);
      if (effect == Effect.FAIL_BEFORE || effect == Effect.FAIL_AFTER) {
        TestGraphs.addPerson(graph, "dev", "Next", 1);
      }
    } finally {
      close(graph);
    }
    assertThat(faults.met()).contains(point);
    OmniGraph reopened = integrity.open(root);
    boolean applied = TestGraphs.people(reopened, ReadTarget.branch("dev")).containsKey("Eve");
    assertThat(TestGraphs.ids(reopened, "dev", TestGraphs.CITY).contains("Rome"))
        .isEqualTo(applied);
    assertThat(TestGraphs.people(reopened, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    TestGraphs.addPerson(reopened, "dev", "After", 1);
  }

  static Stream<Arguments> forkSteps() {
    return Stream.of(FaultPoint.FORK_TABLE, FaultPoint.SIDECAR_COMPLETE)
        .flatMap(point -> Stream.of(Effect.values()).map(e -> Arguments.of(point, e)));
  }

  static void awaitIdle(OmniGraph graph) {
    try {
      graph.engine().lanes().awaitIdle();
    } catch (java.util.concurrent.CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(StepFaults.Died.class);
    }
  }

  static void close(OmniGraph graph) {
    try {
      graph.close();
    } catch (StepFaults.Died | java.util.concurrent.CompletionException e) {
      assertThat(e).isNotNull();
    }
  }
}
