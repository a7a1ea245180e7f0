package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultInjector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs an operation with a fault at storage call 1, 2, 3, ... until it completes untouched. Each
 * time the operation is fully applied or invisible, an acknowledged one is applied, the next write
 * works, and reopening changes nothing.
 */
class AdvancingFaultTest {

  private static final int MOST_CALLS = 200;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(NthCall.Effect.class)
  void a_write_of_three_tables_survives_a_fault_at_every_call(NthCall.Effect effect)
      throws IOException {
    advance(
        effect,
        graph -> {},
        graph -> TestGraphs.settle(graph, "main", "Eve", "Rome"),
        graph ->
            Map.of(
                "person", TestGraphs.ids(graph, "main", TestGraphs.PERSON).contains("Eve"),
                "city", TestGraphs.ids(graph, "main", TestGraphs.CITY).contains("Rome")));
  }

  @ParameterizedTest
  @EnumSource(NthCall.Effect.class)
  void the_first_write_of_tables_on_a_branch_survives_a_fault_at_every_call(NthCall.Effect effect)
      throws IOException {
    advance(
        effect,
        graph -> graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS),
        graph -> TestGraphs.settle(graph, "dev", "Eve", "Rome"),
        graph -> {
          assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Eve");
          return Map.of(
              "person", TestGraphs.ids(graph, "dev", TestGraphs.PERSON).contains("Eve"),
              "city", TestGraphs.ids(graph, "dev", TestGraphs.CITY).contains("Rome"));
        });
  }

  @ParameterizedTest
  @EnumSource(NthCall.Effect.class)
  void a_cascading_delete_survives_a_fault_at_every_call(NthCall.Effect effect) throws IOException {
    advance(
        effect,
        graph -> TestGraphs.know(graph, "main", "Ada", "Bob"),
        graph -> TestGraphs.deletePerson(graph, "main", "Bob"),
        graph ->
            Map.of(
                "person", !TestGraphs.ids(graph, "main", TestGraphs.PERSON).contains("Bob"),
                "edge", TestGraphs.ids(graph, "main", TestGraphs.KNOWS).isEmpty()));
  }

  @ParameterizedTest
  @EnumSource(NthCall.Effect.class)
  void creating_a_branch_survives_a_fault_at_every_call(NthCall.Effect effect) throws IOException {
    advance(
        effect,
        graph -> {},
        graph -> graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS),
        graph -> Map.of("branch", graph.branches().contains(BranchName.of("dev"))));
  }

  @ParameterizedTest
  @EnumSource(NthCall.Effect.class)
  void deleting_a_branch_survives_a_fault_at_every_call(NthCall.Effect effect) throws IOException {
    advance(
        effect,
        graph -> {
          graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
          TestGraphs.addPerson(graph, "dev", "Eve", 1);
        },
        graph -> graph.deleteBranch(BranchName.of("dev"), WriteOptions.ANONYMOUS),
        graph -> Map.of("gone", !graph.branches().contains(BranchName.of("dev"))));
  }

  /**
   * @param applied facts that are all true after the operation and all false before it
   */
  private void advance(
      NthCall.Effect effect,
      Consumer<OmniGraph> arrange,
      Consumer<OmniGraph> operation,
      Function<OmniGraph, Map<String, Boolean>> applied)
      throws IOException {
    Path prepared = folder.resolve("prepared");
    try (OmniGraph graph = TestGraphs.init(prepared)) {
      TestGraphs.addPerson(graph, "main", "Ada", 36);
      TestGraphs.addPerson(graph, "main", "Bob", 40);
      arrange.accept(graph);
    }
    // By default every call meets one of the effects; a soak run lets it meet all of them.
    boolean all = Integer.getInteger("soak.factor", 1) > 1;
    int effects = NthCall.Effect.values().length;
    for (int n = all ? 1 : 1 + effect.ordinal(); n < MOST_CALLS; n += all ? 1 : effects) {
      Path root = folder.resolve("run-" + n);
      copy(prepared, root);
      if (!survives(root, new NthCall(n, effect), effect, operation, applied)) {
        assertThat(n).as("storage calls of the operation").isGreaterThan(3);
        return;
      }
      delete(root);
    }
    throw new AssertionError("the operation made more than " + MOST_CALLS + " calls");
  }

  private static boolean survives(
      Path root,
      NthCall fault,
      NthCall.Effect effect,
      Consumer<OmniGraph> operation,
      Function<OmniGraph, Map<String, Boolean>> applied) {
    GraphUri uri = GraphUri.local(root);
    boolean acknowledged = false;
    String story = "not hit";
    OmniGraph graph = TestEngine.open(uri, TestEngine.FAST, FaultInjector.NONE, fault);
    try {
      fault.arm();
      try {
        operation.accept(graph);
        acknowledged = true;
      } catch (GraphException | NthCall.Died e) {
        story = e.toString();
      }
      graph.engine().lanes().awaitIdle();
      fault.disarm();
      if (effect != NthCall.Effect.DIE_AFTER) {
        TestGraphs.addPerson(graph, "main", "Next", 1);
      }
    } catch (NthCall.Died | java.util.concurrent.CompletionException e) {
      story += "; later " + e;
    } finally {
      closeDead(graph);
    }
    long settled;
    try (OmniGraph reopened = TestGraphs.open(root)) {
      settled = reopened.snapshot(ReadTarget.MAIN).manifestVersion();
      Map<String, Boolean> facts = applied.apply(reopened);
      assertThat(Map.copyOf(facts).values().stream().distinct().count())
          .as("all or nothing after %s: %s", story, facts)
          .isEqualTo(1);
      if (acknowledged) {
        assertThat(facts.values()).as("acknowledged; %s", story).doesNotContain(false);
      }
    }
    try (OmniGraph again = TestGraphs.open(root)) {
      assertThat(again.snapshot(ReadTarget.MAIN).manifestVersion())
          .as("reopening is a no-op after %s", story)
          .isEqualTo(settled);
      TestGraphs.addPerson(again, "main", "After", 1);
    }
    GraphIntegrity.check(uri.canonical(), TestEngine.FAST);
    return fault.wasHit();
  }

  /** A dead process cannot close anything; what the test sees of that is no finding. */
  private static void closeDead(OmniGraph graph) {
    try {
      graph.close();
    } catch (NthCall.Died | java.util.concurrent.CompletionException e) {
      assertThat(e).isNotNull();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
