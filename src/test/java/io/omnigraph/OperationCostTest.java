package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.testing.AtomicS3Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every operation costs on an object store, and that it does not depend on the length of the
 * history, the number of types, or the number of branches. The golden file is the budget: a change
 * of it is a decision. {@code -Dcosts.write=true} writes it.
 */
class OperationCostTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/costs.txt");
  private static final Path GOLDEN_HOPS = Path.of("src/test/resources/golden/hops.txt");
  private static final Pattern KIB =
      Pattern.compile("KiB sent at most (\\d+), received at most (\\d+)");
  private static final boolean SOAK = Integer.getInteger("soak.factor", 1) > 1;

  private static final Logger LOG = LoggerFactory.getLogger(OperationCostTest.class);

  private AtomicS3Endpoint endpoint;

  @BeforeEach
  void start() {
    endpoint = new AtomicS3Endpoint();
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void costsAreTheGoldenOnesAtEveryDepthAndWithManyBranches() throws IOException {
    try (MeasuredGraph graph = new MeasuredGraph(endpoint, 3)) {
      graph.deepenTo(10);
      Map<String, Integer> hops = new TreeMap<>();
      String shallow = report(graph, MeasuredGraph.LATENCY, hops);
      // A busy machine can hold one of two parallel requests back until the other was answered.
      for (int again = 0; again < 4 && !inARow(hops).equals(read(GOLDEN_HOPS)); again++) {
        report(graph, MeasuredGraph.LATENCY, hops);
      }
      String inARow = inARow(hops);
      if (Boolean.getBoolean("costs.write")) {
        Files.writeString(GOLDEN, shallow);
        Files.writeString(GOLDEN_HOPS, inARow);
      }
      withinBudget(shallow, "at 10 commits");
      assertThat(inARow).as("requests in a row").isEqualTo(read(GOLDEN_HOPS));
      graph.deepenUntilLoose(20);
      graph.deepenTo(100);
      MeasuredGraph.Cost opened = null;
      for (int depth : SOAK ? List.of(100, 300, 1000) : List.of(100, 300)) {
        graph.deepenTo(depth);
        withinBudget(report(graph), "at " + depth + " commits");
        graph.deepenUntilLoose(20);
        MeasuredGraph.Cost open = graph.coldOpen();
        opened = opened == null ? open : opened;
        assertThat(open.requests()).as("opened at %d commits", depth).isEqualTo(opened.requests());
        assertThat(open.received())
            .as("opened at %d commits", depth)
            .isBetween(opened.received() * 9 / 10, opened.received() * 11 / 10);
      }
      for (int i = 0; i < 50; i++) {
        graph.branch("many-" + i);
      }
      withinBudget(report(graph), "with 50 branches");
      for (int i = 1; i < 50; i++) {
        graph.deleteBranch("many-" + i);
      }
      MeasuredGraph.Cost one = graph.firstDeletionAfterOpening("many-0");
      for (int i = 1; i < 50; i++) {
        graph.branch("again-" + i);
      }
      MeasuredGraph.Cost many = graph.firstDeletionAfterOpening("again-1");
      // How many of main's fragments are loose when they are opened is another matter.
      for (MeasuredGraph.Cost cost : List.of(one, many)) {
        cost.requests().remove("GET manifest/data");
      }
      assertThat(many.requests()).as("right after opening").isEqualTo(one.requests());
    }
  }

  @Test
  void costsAreTheGoldenOnesWithManyTypesAndAColdOpenIsBounded() {
    for (int types : SOAK ? List.of(20, 100) : List.of(100)) {
      try (MeasuredGraph graph = new MeasuredGraph(endpoint, types)) {
        withinBudget(report(graph), "with " + types + " types");
        graph.deepenTo(SOAK ? 1000 : 120);
        coldOpenIsBounded(graph);
      }
    }
  }

  /** A slower store takes longer, but is asked no more often and in no longer a row. */
  @Test
  void latencyChangesNeitherRequestsNorTheirOrder() {
    try (MeasuredGraph graph = new MeasuredGraph(endpoint, 3)) {
      graph.insertPersons(2);
      MeasuredGraph.Cost quick = graph.cost(graph::insertPerson);
      for (int millis : new int[] {60, 150}) {
        MeasuredGraph.Cost slow = graph.cost(graph::insertPerson, Duration.ofMillis(millis));
        for (int again = 0; again < 4 && slow.hops() > quick.hops(); again++) {
          slow = graph.cost(graph::insertPerson, Duration.ofMillis(millis));
        }
        assertThat(slow.requests()).isEqualTo(quick.requests());
        assertThat(slow.hops()).isLessThanOrEqualTo(quick.hops());
      }
    }
  }

  /**
   * Opening for reading with a first look at the head, and opening for writing with a first write:
   * a request or two per publish since the manifest was folded last, and one per file of the table
   * since it was folded, both of which happens about every hundred commits; many of them follow
   * each other. Neither depends on the length of the history; types cost bytes alone.
   */
  private static void coldOpenIsBounded(MeasuredGraph graph) {
    Map<String, MeasuredGraph.Cost> costs = new LinkedHashMap<>();
    costs.put("to read", graph.coldOpen(MeasuredGraph.LATENCY));
    costs.put("to write", graph.coldWrite("first" + graph.next(), null));
    costs.put("to write under a key", graph.coldWrite("first" + graph.next(), "key"));
    costs.forEach((what, cost) -> LOG.info("a cold open {}: {}", what, cost));
    costs.forEach(
        (what, cost) -> {
          assertThat(cost.count()).as("requests %s: %s", what, cost).isLessThanOrEqualTo(400);
          assertThat(cost.hops()).as("in a row %s: %s", what, cost).isLessThanOrEqualTo(300);
          assertThat(cost.received()).as("bytes %s: %s", what, cost).isLessThan(2 << 20);
        });
  }

  private static String report(MeasuredGraph graph) {
    return report(graph, Duration.ZERO, new TreeMap<>());
  }

  private static String report(MeasuredGraph graph, Duration latency, Map<String, Integer> hops) {
    Map<String, Runnable> writes = writes(graph);
    // The first one after a folding reads what was folded.
    writes.values().forEach(Runnable::run);
    // A branch takes over how much of the manifest is loose, and folds it when it is time.
    while (graph.looseFragments() > 60) {
      graph.insertPerson();
    }
    StringBuilder report = new StringBuilder();
    writes.forEach((name, write) -> add(report, hops, name, graph.cheapest(write, latency)));
    branches(graph).forEach((name, step) -> add(report, hops, name, graph.cost(step, latency)));
    reads(graph, report);
    return report.toString();
  }

  private static void add(
      StringBuilder report, Map<String, Integer> hops, String name, MeasuredGraph.Cost cost) {
    report.append(name).append('\n').append(cost.text());
    hops.merge(name, cost.hops(), Math::min);
  }

  private static Map<String, Runnable> writes(MeasuredGraph graph) {
    Map<String, Runnable> operations = new LinkedHashMap<>();
    operations.put("insert a node", graph::insertPerson);
    operations.put(
        "replace a node",
        () -> graph.mutate("main", "insert City { name: \"" + graph.unusedStock() + "\" }"));
    operations.put(
        "insert an edge",
        () -> graph.mutate("main", "insert Knows { from: \"stock1\", to: \"stock0\" }"));
    operations.put(
        "insert a node and an edge",
        () -> {
          String name = "p" + graph.next();
          graph.mutate(
              "main",
              "insert Person { name: \"%s\" } insert Knows { from: \"%s\", to: \"%s\" }"
                  .formatted(name, name, name));
        });
    operations.put(
        "load two new nodes and an edge",
        () -> {
          String one = "l" + graph.next();
          String two = "l" + graph.next();
          graph.load(
              """
              {"type":"Person","data":{"name":"%s"}}
              {"type":"Person","data":{"name":"%s"}}
              {"edge":"Knows","from":"%s","to":"%s"}
              """
                  .formatted(one, two, one, two),
              "main");
        });
    return operations;
  }

  /** The life of a branch, in order. */
  private static Map<String, Runnable> branches(MeasuredGraph graph) {
    Map<String, Runnable> operations = new LinkedHashMap<>();
    String branch = "b" + graph.next();
    operations.put("create a branch", () -> graph.branch(branch));
    operations.put(
        "first write on a branch",
        () -> graph.mutate(branch, "insert Person { name: \"new" + graph.next() + "\" }"));
    operations.put(
        "second write on a branch",
        () -> graph.mutate(branch, "insert Person { name: \"new" + graph.next() + "\" }"));
    operations.put("delete a branch", () -> graph.deleteBranch(branch));
    return operations;
  }

  /** Reading the head: in the owning process, and elsewhere with and without a look at it. */
  private static void reads(MeasuredGraph graph, StringBuilder report) {
    String branch = "r" + graph.next();
    graph.branch(branch);
    try (OmniGraph probing = graph.reader(ReadConsistency.PROBE);
        OmniGraph bounded = graph.reader(ReadConsistency.bounded(Duration.ofHours(1)))) {
      for (String name : List.of("main", branch)) {
        for (OmniGraph reader : List.of(graph.graph, probing, bounded)) {
          MeasuredGraph.read(reader, name);
        }
        String what = name.equals("main") ? "main" : "a branch";
        Map<String, OmniGraph> readers = new LinkedHashMap<>();
        readers.put("owner", graph.graph);
        readers.put("probe", probing);
        readers.put("bounded", bounded);
        readers.forEach(
            (kind, reader) ->
                report
                    .append("read the head of %s, %s\n".formatted(what, kind))
                    .append(
                        graph.cost(() -> MeasuredGraph.read(reader, name), Duration.ZERO).text()));
      }
      graph.insertPerson();
      long newest = MeasuredGraph.read(graph.graph, "main");
      assertThat(MeasuredGraph.read(probing, "main")).isEqualTo(newest);
      assertThat(MeasuredGraph.read(bounded, "main"))
          .as("an hour has not passed")
          .isLessThan(newest);
      assertThat(bounded.syncBranch(BranchName.MAIN).manifestVersion()).isEqualTo(newest);
      assertThat(MeasuredGraph.read(bounded, "main")).isEqualTo(newest);
    }
    graph.deleteBranch(branch);
  }

  /**
   * Every line of a report is one of the golden file, with the same number. Deletion vectors, which
   * the library keeps in a cache of its own, may be read less often. Bytes may be up to twice the
   * golden ones: how many depends on how long ago files were folded.
   */
  private static void withinBudget(String report, String when) {
    String golden = read(GOLDEN);
    String vectors = "GET table/_deletions ";
    assertThat(requests(report, vectors)).as(when).isEqualTo(requests(golden, vectors));
    assertThat(most(report, vectors)).as(when).isLessThanOrEqualTo(most(golden, vectors));
    List<long[]> allowed = kib(golden);
    List<long[]> taken = kib(report);
    for (int i = 0; i < taken.size(); i++) {
      assertThat(taken.get(i)[0])
          .as("KiB sent by operation %d %s:%n%s", i + 1, when, report)
          .isLessThanOrEqualTo(2 * allowed.get(i)[0]);
      assertThat(taken.get(i)[1])
          .as("KiB received by operation %d %s:%n%s", i + 1, when, report)
          .isLessThanOrEqualTo(2 * allowed.get(i)[1]);
    }
  }

  private static String inARow(Map<String, Integer> hops) {
    return hops.toString().replace(", ", "\n").replaceAll("[{}]", "") + "\n";
  }

  private static String requests(String report, String without) {
    return report.replaceAll("  " + without + "\\d+\n|  KiB sent .*\n", "");
  }

  /** Sent and received, by operation. */
  private static List<long[]> kib(String report) {
    Matcher matcher = KIB.matcher(report);
    List<long[]> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(new long[] {Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))});
    }
    return found;
  }

  private static int most(String report, String request) {
    return report
        .lines()
        .filter(line -> line.contains(request))
        .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElse(0);
  }

  private static String read(Path golden) {
    try {
      return Files.exists(golden) ? Files.readString(golden) : "no golden file";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
