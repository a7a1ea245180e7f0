package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process killed again and again in the middle of a burst of writes of every kind. */
class ProcessDeathTest {

  @TempDir Path folder;

  /** People by branch whose write was acknowledged. */
  private final Map<String, Set<String>> acknowledged =
      new TreeMap<>(Map.of("main", new TreeSet<>(), "dev", new TreeSet<>()));

  private final Set<String> made = new TreeSet<>();
  private final Set<String> going = new TreeSet<>();
  private final Set<String> gone = new TreeSet<>();

  @Test
  void every_acknowledged_write_is_there_after_the_process_was_killed() throws Exception {
    Path root = folder.resolve("graph");
    OmniGraph.init(root.toString(), TestGraphs.SCHEMA, false, OpenOptions.readWrite()).close();
    int kills = 2 * Integer.getInteger("soak.factor", 1);
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int kill = 0; kill < kills; kill++) {
      burst(root, "k" + kill, 5 + random.nextInt(60));
      try (OmniGraph graph = OmniGraph.open(root.toString(), OpenOptions.readWrite())) {
        check(graph, seed);
        TestGraphs.settle(graph, "main", "after-" + kill, "city-after-" + kill);
        acknowledged.get("main").add("after-" + kill);
      }
      GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    }
  }

  private void check(OmniGraph graph, long seed) {
    acknowledged.forEach(
        (branch, people) ->
            assertThat(isWhole(graph, branch, seed))
                .as("on %s, seed %s", branch, seed)
                .containsAll(people));
    Set<String> branches = new TreeSet<>();
    graph.branches().stream().map(BranchName::value).forEach(branches::add);
    assertThat(branches).as("deleted, seed %s", seed).doesNotContainAnyElementsOf(gone);
    for (String branch : branches) {
      if (branch.contains("-b-")) {
        Set<String> people = isWhole(graph, branch, seed);
        if (made.contains(branch)) {
          assertThat(people).as("first write on %s, seed %s", branch, seed).contains(branch);
        }
      }
    }
    Set<String> kept = new TreeSet<>(made);
    kept.removeAll(going);
    assertThat(branches).as("seed %s", seed).containsAll(kept);
  }

  /** No write of two tables is there by half; the people of the branch. */
  private static Set<String> isWhole(OmniGraph graph, String branch, long seed) {
    Set<String> people = TestGraphs.people(graph, ReadTarget.branch(branch)).keySet();
    Set<String> cities = new TreeSet<>();
    people.forEach(p -> cities.add("city-" + p));
    assertThat(TestGraphs.ids(graph, branch, TestGraphs.CITY))
        .as("half-visible writes on %s, seed %s", branch, seed)
        .isEqualTo(cities);
    return people;
  }

  private void burst(Path root, String prefix, int acknowledgements) throws Exception {
    try (ChildProcess writer =
        ChildProcess.start(folder, BurstWriter.class, root.toString(), prefix, "3")) {
      writer.await("ready");
      for (int i = 0; i < acknowledgements; i++) {
        remember(writer.line());
      }
      writer.kill();
      // What it had written still counts.
      for (String line = writer.line(); line != null; line = writer.line()) {
        remember(line);
      }
    }
  }

  private void remember(String line) {
    // A line that the kill cut off was never seen by anybody as acknowledged.
    if (line == null || !line.matches("(main|dev|made|going|gone) k\\d+-(b|\\d+)-\\d+")) {
      return;
    }
    int space = line.indexOf(' ');
    String name = line.substring(space + 1);
    switch (line.substring(0, space)) {
      case "made" -> made.add(name);
      case "going" -> going.add(name);
      case "gone" -> gone.add(name);
      case String branch -> acknowledged.get(branch).add(name);
    }
  }
}
