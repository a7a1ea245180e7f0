package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.PowerCut;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.write.LoadMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails at a random step of random operations, and the disk keeps what was forced and an
 * arbitrary part of the rest: what was acknowledged is there, nothing is there by half, and the
 * next write works.
 */
class PowerLossTest {

  private static final TableKey LIVES_IN = TableKey.edge("LivesIn");

  @TempDir Path folder;

  /**
   * Something done to a graph.
   *
   * @param applied a fact that is true from its acknowledgement on, until {@code undoes} some other
   */
  private record Operation(
      String name, Consumer<OmniGraph> act, Function<OmniGraph, List<Boolean>> facts) {}

  private static List<Operation> operations(int n) {
    String person = "p" + n;
    String city = "c" + n;
    String branch = "b" + n;
    return List.of(
        new Operation(
            "a mutation of three tables",
            graph -> TestGraphs.settle(graph, "main", person, city),
            graph -> settled(graph, "main", person, city)),
        new Operation(
            "a load",
            graph ->
                TestGraphs.load(graph, "main", LoadMode.MERGE, TestGraphs.settler(person, city)),
            graph -> settled(graph, "main", person, city)),
        new Operation(
            "a first write on a new branch",
            graph -> {
              graph.createBranch(BranchName.of(branch), BranchName.MAIN, WriteOptions.ANONYMOUS);
              TestGraphs.settle(graph, branch, person, city);
            },
            graph ->
                graph.branches().contains(BranchName.of(branch))
                    ? settled(graph, branch, person, city)
                    : List.of(false)),
        new Operation(
            "a deletion with its edges",
            graph -> TestGraphs.deletePerson(graph, "main", "Old" + n),
            graph ->
                List.of(
                    !TestGraphs.ids(graph, "main", TestGraphs.PERSON).contains("Old" + n),
                    !hasHome(graph, "Old" + n))),
        new Operation(
            "a deletion of a branch",
            graph -> graph.deleteBranch(BranchName.of("old" + n), WriteOptions.ANONYMOUS),
            graph -> List.of(!graph.branches().contains(BranchName.of("old" + n)))),
        new Operation(
            "a fold of small files",
            graph -> {
              TestGraphs.settle(graph, "main", person, city);
              graph.optimize(BranchName.MAIN);
            },
            graph -> settled(graph, "main", person, city)));
  }

  private static boolean hasHome(OmniGraph graph, String person) {
    List<Value> sources = new ArrayList<>();
    TestGraphs.scan(
        graph,
        ReadTarget.MAIN,
        LIVES_IN,
        List.of("src"),
        (row, values) -> sources.add(values.get(0)));
    return sources.contains(new Value.Text(person));
  }

  private static List<Boolean> settled(OmniGraph graph, String branch, String person, String city) {
    return List.of(
        TestGraphs.ids(graph, branch, TestGraphs.PERSON).contains(person),
        TestGraphs.ids(graph, branch, TestGraphs.CITY).contains(city));
  }

  private static void arrange(OmniGraph graph) {
    for (int n = 0; n < 3; n++) {
      TestGraphs.settle(graph, "main", "Old" + n, "Town" + n);
      BranchName old = BranchName.of("old" + n);
      graph.createBranch(old, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, old.value(), "Only" + n, 1);
    }
  }

  @Test
  void what_was_acknowledged_survives_a_power_cut_and_nothing_is_there_by_half() {
    long seed = Long.getLong("seed", System.nanoTime());
    int rounds = 8 * Integer.getInteger("soak.factor", 1);
    System.out.println("seed " + seed);
    for (int round = 0; round < rounds; round++) {
      Random chance = new Random(seed + round);
      Path root = GraphTemplates.copy(folder, "power", PowerLossTest::arrange);
      try (PowerCut disk = new PowerCut()) {
        disk.settle(root);
        survives(root, disk, chance, "seed " + (seed + round));
      }
      GraphTemplates.deleteTree(root);
    }
  }

  private void survives(Path root, PowerCut disk, Random chance, String story) {
    StorageOptions forced =
        StorageOptions.defaults().withDurability(Durability.FSYNC).withForcer(disk);
    StepFaults faults = new StepFaults();
    List<Operation> acknowledged = new ArrayList<>();
    Operation interrupted = null;
    OmniGraph graph = TestEngine.open(GraphUri.local(root), forced, faults);
    try {
      faults.dieBeforeStep(1 + chance.nextInt(70));
      for (int n = 0; n < 3; n++) {
        List<Operation> some = operations(n);
        interrupted = some.get(chance.nextInt(some.size()));
        story += "; " + interrupted.name();
        interrupted.act().accept(graph);
        acknowledged.add(interrupted);
      }
      interrupted = null;
    } catch (GraphException | StepFaults.Died | CompletionException e) {
      story += " broken by " + e;
    }
    // Never twice the same place: the library remembers files by their paths.
    Path after = folder.resolve("after-" + root.getFileName());
    story += "; " + disk.cut(root, after, chance);
    InterruptedGraph.closeDead(graph);
    isWhole(after, acknowledged, interrupted, story);
    GraphTemplates.deleteTree(after);
  }

  private static void isWhole(
      Path root, List<Operation> acknowledged, Operation interrupted, String story) {
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).as(story).isNotNull();
    } catch (GraphException e) {
      throw new AssertionError("cannot be read after " + story, e);
    }
    try (OmniGraph graph = TestGraphs.open(root)) {
      for (Operation operation : acknowledged) {
        assertThat(operation.facts().apply(graph))
            .as("acknowledged: %s after %s", operation.name(), story)
            .doesNotContain(false);
      }
      if (interrupted != null) {
        assertThat(interrupted.facts().apply(graph).stream().distinct())
            .as("all or nothing: %s after %s", interrupted.name(), story)
            .hasSize(1);
      }
      for (BranchName branch : graph.branches()) {
        TestGraphs.settle(graph, branch.value(), "Next", "Nextville");
      }
    } catch (GraphException e) {
      throw new AssertionError("cannot be written after " + story, e);
    }
    try {
      GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    } catch (AssertionError | GraphException e) {
      throw new AssertionError("not whole after " + story, e);
    }
  }

  @Test
  void a_graph_whose_creation_was_acknowledged_survives_a_power_cut() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    for (int round = 0; round < 2 * Integer.getInteger("soak.factor", 1); round++) {
      Random chance = new Random(seed + round);
      Path parent = Files.createDirectories(folder.resolve("parent-" + round));
      try (PowerCut disk = new PowerCut()) {
        disk.settle(parent);
        StorageOptions forced =
            StorageOptions.defaults().withDurability(Durability.FSYNC).withForcer(disk);
        OmniGraph graph =
            TestEngine.init(TestEngine.settings(GraphUri.local(parent.resolve("graph")), forced));
        TestGraphs.addPerson(graph, "main", "Ada", 1);
        Path after = folder.resolve("after-" + round);
        List<String> lost = disk.cut(parent, after, chance);
        graph.close();
        assertThat(disk.forces()).isGreaterThan(10);
        try (OmniGraph reopened = TestGraphs.open(after.resolve("graph"))) {
          assertThat(TestGraphs.people(reopened, ReadTarget.MAIN))
              .as("seed %s: %s", seed + round, lost)
              .containsOnlyKeys("Ada");
        }
        GraphIntegrity.check(GraphUri.local(after.resolve("graph")).canonical(), TestEngine.FAST);
      }
    }
  }
}
