package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import io.omnigraph.testing.S3RequestLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The write path over a bucket: lost answers, and what a write costs in requests. */
class BucketWritePathTest {

  private final AtomicS3Endpoint s3 = new AtomicS3Endpoint();
  private final StorageOptions options = StorageOptions.defaults().withS3(s3.access());
  private final GraphUri root = s3.freshRoot();

  @AfterEach
  void stop() {
    s3.close();
  }

  /** Which requests lose their answer. */
  enum Lost {
    PUT(S3Request.Kind.PUT),
    DELETE(S3Request.Kind.DELETE);

    private final S3Request.Kind kind;

    Lost(S3Request.Kind kind) {
      this.kind = kind;
    }
  }

  @ParameterizedTest
  @EnumSource(Lost.class)
  void a_lost_answer_at_any_request_of_a_write_neither_doubles_nor_loses_a_row(Lost lost) {
    TestEngine.init(TestEngine.settings(root, options)).close();
    int written = 0;
    try (OmniGraph graph = TestEngine.open(root, options, s -> s)) {
      TestGraphs.settle(graph, "main", "p0", "c0");
      graph.engine().lanes().awaitIdle();
      // A soak run breaks every request; AdvancingFaultTest takes other samples of them.
      for (int n = 1; n < 40; n += Integer.getInteger("soak.factor", 1) > 1 ? 1 : 4) {
        int before = s3.log().count(e -> e.kind() == lost.kind && e.status() == 0);
        s3.faults().nth(n, r -> r.kind() == lost.kind, S3Faults.Effect.LOSE_ANSWER);
        String name = "p" + n;
        try {
          TestGraphs.settle(graph, "main", name, "c" + n);
          written++;
        } catch (GraphException e) {
          boolean applied = TestGraphs.people(graph, ReadTarget.MAIN).containsKey(name);
          assertThat(applied).as("after %s", e).isFalse();
        }
        graph.engine().lanes().awaitIdle();
        s3.faults().clear();
        boolean hit = s3.log().count(e -> e.kind() == lost.kind && e.status() == 0) > before;
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(written + 1);
        assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).hasSize(written + 1);
        if (!hit) {
          assertThat(n).isGreaterThan(lost == Lost.PUT ? 12 : 1);
          break;
        }
      }
      TestGraphs.settle(graph, "main", "last", "last");
      graph.engine().lanes().heal(BranchName.MAIN);
    }
    try (OmniGraph reopened = TestEngine.open(root, options, s -> s)) {
      assertThat(TestGraphs.people(reopened, ReadTarget.MAIN)).hasSize(written + 2);
    }
    GraphIntegrity.check(root, options);
  }

  @Test
  void a_warm_write_costs_the_same_requests_at_every_depth() throws IOException {
    TestEngine.init(TestEngine.settings(root, options)).close();
    List<Integer> depths =
        Integer.getInteger("soak.factor", 1) > 1 ? List.of(10, 100, 300) : List.of(10, 60, 140);
    List<Map<String, Integer>> costs = new ArrayList<>();
    try (OmniGraph graph = TestEngine.open(root, options, s -> s)) {
      int written = 0;
      for (int depth : depths) {
        while (written < depth) {
          TestGraphs.addEvent(graph, "main", "event " + written++);
        }
        graph.engine().lanes().awaitIdle();
        // The first write after a fold opens what was rewritten; the next ones are warm.
        TestGraphs.addEvent(graph, "main", "warm");
        graph.engine().lanes().awaitIdle();
        costs.add(cost(() -> TestGraphs.addEvent(graph, "main", "measured"), graph));
        written += 2;
      }
    }
    assertThat(costs).allSatisfy(c -> assertThat(c).isEqualTo(golden("warm_insert_one_table")));
  }

  @Test
  void reading_the_head_costs_nothing_in_the_owning_process_and_one_probe_elsewhere() {
    TestEngine.init(TestEngine.settings(root, options)).close();
    try (OmniGraph owner = TestEngine.open(root, options, s -> s);
        OmniGraph reader = TestEngine.openReadOnly(TestEngine.settings(root, options))) {
      TestGraphs.addPerson(owner, "main", "Ada", 1);
      owner.engine().lanes().awaitIdle();
      TestGraphs.people(reader, ReadTarget.MAIN);

      assertThat(requests(() -> owner.snapshot(ReadTarget.MAIN))).isZero();
      assertThat(requests(() -> reader.snapshot(ReadTarget.MAIN))).isEqualTo(1);
      TestGraphs.addPerson(owner, "main", "Bob", 1);
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
    }
  }

  @Test
  void creating_a_branch_costs_the_same_whatever_the_graph_holds() {
    TestEngine.init(TestEngine.settings(root, options)).close();
    try (OmniGraph graph = TestEngine.open(root, options, s -> s)) {
      int first = requests(() -> create(graph, "b1"));
      for (int i = 0; i < 30; i++) {
        TestGraphs.settle(graph, "main", "p" + i, "c" + i);
      }
      graph.engine().lanes().awaitIdle();
      int later = requests(() -> create(graph, "b2"));
      assertThat(later).isEqualTo(first);
    }
  }

  private static void create(OmniGraph graph, String name) {
    graph.createBranch(BranchName.of(name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }

  private int requests(Runnable action) {
    int before = s3.log().count();
    action.run();
    return s3.log().count() - before;
  }

  private Map<String, Integer> cost(Runnable write, OmniGraph graph) {
    s3.log().clear();
    write.run();
    graph.engine().lanes().awaitIdle();
    Map<String, Integer> cost = new TreeMap<>();
    for (S3RequestLog.Entry entry : s3.log().entries()) {
      if (entry.key().contains("__lease")) {
        // Renewed every ten seconds, whatever is measured.
        continue;
      }
      cost.merge(entry.kind() + " " + role(entry.key()), 1, Integer::sum);
    }
    return cost;
  }

  /** What an object is for, without names that differ between runs. */
  private static String role(String key) {
    String table =
        key.contains("/__manifest") ? "manifest" : key.contains("/__recovery") ? "" : "table";
    String part =
        key.contains("/__recovery")
            ? "sidecar"
            : key.contains("/_versions")
                ? " version"
                : key.contains("/_transactions")
                    ? " transaction"
                    : key.contains("/data/")
                        ? " data"
                        : key.contains("/_deletions") ? " deletion" : " other";
    return table + part;
  }

  static Map<String, Integer> golden(String name) throws IOException {
    Map<String, Integer> golden = new TreeMap<>();
    try (InputStream in =
        Objects.requireNonNull(
            BucketWritePathTest.class.getResourceAsStream("/cost/" + name + ".txt"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(parse(golden));
    }
    return golden;
  }

  private static Consumer<String> parse(Map<String, Integer> golden) {
    return line -> {
      int equals = line.lastIndexOf('=');
      golden.put(
          line.substring(0, equals).strip(), Integer.valueOf(line.substring(equals + 1).strip()));
    };
  }
}
