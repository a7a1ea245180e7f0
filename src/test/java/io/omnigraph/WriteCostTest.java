package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3RequestLog.Entry;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What one warm write costs in requests to the object store, and that the number does not grow with
 * the history. The golden file is the budget: a change of it is a decision.
 */
class WriteCostTest {

  private static final String GOLDEN = "/golden/write-requests.txt";
  private static final List<Integer> DEPTHS = List.of(10, 100, 300);

  /** Odd, so that one write that meets the periodic upkeep cannot be the median. */
  private static final int SAMPLES = 3;

  private final Map<String, String> statements = new LinkedHashMap<>();
  private int names;
  private int stock;
  private int commits;

  {
    statements.put("insert a node", "insert Person { name: \"$new\", age: 1 }");
    statements.put("replace a node", "insert Person { name: \"$stock\", age: 2 }");
    statements.put("update a node", "update Person set { age: 3 } where name = \"$stock\"");
    statements.put("delete a node", "delete City where name = \"$stock\"");
    statements.put("insert an edge", "insert Knows { from: \"$stock\", to: \"stock0\" }");
  }

  @Test
  void requestsOfAWarmWriteAreTheGoldenOnesAtEveryDepth() {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint();
        OmniGraph graph = init(endpoint)) {
      loadStock(graph);
      graph.ensureIndices(BranchName.MAIN, 0);
      List<String> reports = new ArrayList<>();
      for (int depth : DEPTHS) {
        while (commits < depth) {
          write(graph, "insert Person { name: \"p" + names++ + "\", age: 1 }");
        }
        reports.add(report(endpoint, graph));
      }
      assertThat(reports).as("requests at the depths %s", DEPTHS).containsOnly(golden());
    }
  }

  private static OmniGraph init(AtomicS3Endpoint endpoint) {
    return OmniGraph.init(
        "s3://bucket/write-cost",
        TestGraphs.SCHEMA,
        false,
        OpenOptions.readWrite()
            .withStorageOptions(
                Map.of(
                    "AWS_ENDPOINT_URL",
                    endpoint.url(),
                    "AWS_REGION",
                    "us-east-1",
                    "AWS_ACCESS_KEY_ID",
                    "key",
                    "AWS_SECRET_ACCESS_KEY",
                    "secret",
                    "AWS_ALLOW_HTTP",
                    "true")));
  }

  /** Rows that were written together, as most rows of a graph are after a while. */
  private void loadStock(OmniGraph graph) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      records.append("{\"type\":\"Person\",\"data\":{\"name\":\"stock%d\"}}\n".formatted(i));
      records.append("{\"type\":\"City\",\"data\":{\"name\":\"stock%d\"}}\n".formatted(i));
    }
    graph.load(
        new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
        LoadMode.APPEND,
        BranchName.MAIN,
        null,
        WriteOptions.ANONYMOUS);
    commits++;
  }

  private void write(OmniGraph graph, String statement) {
    graph.mutate(
        "query w() { " + statement + " }", null, Map.of(), BranchName.MAIN, WriteOptions.ANONYMOUS);
    commits++;
  }

  private String report(AtomicS3Endpoint endpoint, OmniGraph graph) {
    StringBuilder report = new StringBuilder();
    statements.forEach(
        (name, statement) -> {
          report.append(name).append('\n');
          median(endpoint, graph, statement)
              .forEach(
                  (what, count) ->
                      report.append("  ").append(what).append(' ').append(count).append('\n'));
        });
    return report.toString();
  }

  /** The commonest of a few measurements. */
  private Map<String, Integer> median(
      AtomicS3Endpoint endpoint, OmniGraph graph, String statement) {
    Map<Map<String, Integer>, Integer> seen = new HashMap<>();
    for (int i = 0; i <= SAMPLES; i++) {
      String text = statement.replace("$new", "n" + names++).replace("$stock", "stock" + stock++);
      awaitNoSidecar(endpoint);
      endpoint.log().clear();
      write(graph, text);
      awaitNoSidecar(endpoint);
      if (i > 0) {
        // The first one may find its row in a fragment that was merged with others.
        seen.merge(counts(endpoint.log().entries()), 1, Integer::sum);
      }
    }
    return seen.entrySet().stream()
        .max(Map.Entry.<Map<String, Integer>, Integer>comparingByValue())
        .orElseThrow()
        .getKey();
  }

  /** Sidecars are removed after the answer, aside from the caller. */
  private static void awaitNoSidecar(AtomicS3Endpoint endpoint) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!endpoint.keys("write-cost/__recovery/").isEmpty()) {
      assertThat(System.nanoTime()).as("a sidecar stays").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static Map<String, Integer> counts(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> !entry.key().contains("__lease"))
        .collect(
            Collectors.toMap(
                entry -> entry.kind() + " " + place(entry.key()),
                e -> 1,
                Integer::sum,
                TreeMap::new));
  }

  /** Which kind of object it is, without names that change from write to write. */
  private static String place(String key) {
    String below = key.replaceFirst("^write-cost/", "");
    if (below.startsWith("__recovery/")) {
      return "sidecar";
    }
    String owner = below.startsWith("__manifest") ? "manifest" : "table";
    return owner
        + below
            .replaceFirst("^__manifest", "")
            .replaceFirst("^(nodes|edges)/[0-9a-f]+", "")
            .replaceFirst("/(data|_deletions|_transactions|_versions|_indices)/.*", "/$1");
  }

  private static String golden() {
    try (var in = WriteCostTest.class.getResourceAsStream(GOLDEN)) {
      return in == null ? "no golden file" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
