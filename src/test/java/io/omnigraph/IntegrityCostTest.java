package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * That checking a change costs what the change costs, not what the table costs: requests and bytes
 * read from the object store are the same beside ten thousand and beside a hundred thousand rows (a
 * million in {@code make soak}). Reading one column of the larger table once would show: its
 * narrowest column alone is ten times the allowance.
 */
class IntegrityCostTest {

  private static final String SCHEMA =
      """
      node Person {
        name: String @key
        mail: String @unique @index
        org: I32 @index
        badge: I32
        code: I32? @index
        born: DateTime? @unique
        size: F64? @unique
        serial: U64? @unique
        age: I32?
        @unique(org, badge)
        @unique(org, code)
        @range(age, 0..150)
      }
      edge Knows: Person -> Person @card(0..9) {
        slot: I32
        @unique(src, slot)
      }
      """;

  private static final int SAMPLES = 3;

  /** How much more may be read from the larger table. */
  private static final long ALLOWANCE = 40_000;

  /** A group of which several columns are indexed is sampled, in reads of up to 64 KB each. */
  private static final String SAMPLED = "uniqueness by the better of two indices";

  private static final long SAMPLE_ALLOWANCE = 8 * 65_536;

  private record Cost(int requests, long bytes) {}

  private final Map<String, String> statements = new LinkedHashMap<>();

  {
    statements.put(
        "values and uniqueness of a new row",
        "insert Person { name: \"$new\", mail: \"$new\", org: 0, badge: $free, age: 7 }");
    statements.put(
        "typed uniqueness of a new row",
        "insert Person { name: \"$new\", mail: \"$new\", org: 0, badge: $free,"
            + " born: datetime(\"$time\"), size: $size, serial: $free }");
    statements.put(
        SAMPLED,
        "insert Person { name: \"$new\", mail: \"$new\", org: 0, badge: $free, code: $free }");
    statements.put(
        "uniqueness of a replaced row",
        "insert Person { name: \"p$n\", mail: \"$new\", org: 0, badge: $free }");
    statements.put(
        "uniqueness of an updated row",
        "update Person set { mail: \"$new\" } where name = \"p$n\"");
    statements.put(
        "endpoints, cardinality and uniqueness of a new edge",
        "insert Knows { from: \"p$n\", to: \"p7\", slot: 5 }");
    statements.put("cascade of a deleted node", "delete Person where name = \"p$n\"");
    statements.put("edges of one source", "delete Knows where from = \"p$n\"");
  }

  private int counter;

  @Test
  void whatACheckReadsFollowsTheChangeNotTheTable() throws Exception {
    List<Integer> sizes = new ArrayList<>(List.of(10_000, 100_000));
    if (Integer.getInteger("soak.factor", 1) > 1) {
      sizes.add(1_000_000);
    }
    Map<String, Cost> smallest = new LinkedHashMap<>();
    for (int size : sizes) {
      Map<String, Cost> costs = costs(size);
      if (smallest.isEmpty()) {
        smallest.putAll(costs);
      }
      costs.forEach(
          (what, cost) -> {
            Cost small = smallest.get(what);
            assertThat(cost.requests())
                .as("requests for %s beside %d rows: %s, was %s", what, size, cost, small)
                .isLessThanOrEqualTo(small.requests() + 3);
            assertThat(cost.bytes())
                .as("bytes for %s beside %d rows: %s, was %s", what, size, cost, small)
                .isLessThanOrEqualTo(
                    small.bytes() + (what.equals(SAMPLED) ? SAMPLE_ALLOWANCE : ALLOWANCE));
          });
    }
  }

  private Map<String, Cost> costs(int size) throws Exception {
    Map<String, Cost> costs = new LinkedHashMap<>();
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint();
        OmniGraph graph = init(endpoint)) {
      load(graph, size);
      graph.engine().lanes().awaitIdle();
      graph.engine().upkeep().awaitIdle();
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit())
          .as("indices that a load should have got without being asked")
          .isNull();
      refusals(graph);
      statements.forEach((what, text) -> costs.put(what, cheapest(endpoint, graph, text, size)));
    }
    return costs;
  }

  /** Warm: what a process has read once of the indices it keeps. */
  private Cost cheapest(AtomicS3Endpoint endpoint, OmniGraph graph, String text, int size) {
    Cost cheapest = null;
    for (int i = 0; i <= SAMPLES; i++) {
      String statement = fill(text, size);
      awaitNoSidecar(endpoint);
      endpoint.log().clear();
      TestGraphs.mutate(graph, "main", "query q() { " + statement + " }", Map.of());
      awaitNoSidecar(endpoint);
      Cost cost = new Cost(endpoint.log().count(), endpoint.log().bytesOut());
      if (i > 0 && (cheapest == null || cost.bytes() < cheapest.bytes())) {
        cheapest = cost;
      }
    }
    return cheapest;
  }

  private String fill(String text, int size) {
    counter++;
    // Neighbours, so that the pages of an index are read by the first, unmeasured sample.
    int row = size / 2 + counter % (size / 4);
    return text.replace("$new", "new" + counter)
        .replace("$free", String.valueOf(50_000_000 + counter))
        .replace("$size", (0.25 + counter) + "")
        .replace("$time", "1960-01-01T00:00:00.%03dZ".formatted(counter % 1000))
        .replace("$n", String.valueOf(row));
  }

  /** The indices do find what breaks a rule. */
  private static void refusals(OmniGraph graph) {
    refused(
        graph,
        "insert Person { name: \"x\", mail: \"m17\", org: 0, badge: 99999999 }",
        "Person.mail");
    refused(
        graph,
        "insert Person { name: \"x\", mail: \"x\", org: 1, badge: 17 }",
        "Person.(badge, org)");
    refused(
        graph,
        "insert Person { name: \"x\", mail: \"x\", org: 9, badge: 9,"
            + " born: datetime(\"2000-01-01T00:00:17Z\") }",
        "Person.born");
    refused(
        graph,
        "insert Person { name: \"x\", mail: \"x\", org: 9, badge: 9, size: 17.5 }",
        "Person.size");
    refused(
        graph,
        "insert Person { name: \"x\", mail: \"x\", org: 1, badge: 8, code: 17 }",
        "Person.(code, org)");
    refused(graph, "insert Knows { from: \"p17\", to: \"p1\", slot: 0 }", "Knows.(");
    refused(graph, "insert Knows { from: \"p17\", to: \"gone\", slot: 3 }", "dst 'gone' not found");
  }

  private static void refused(OmniGraph graph, String statement, String... messages) {
    assertThatThrownBy(
            () -> TestGraphs.mutate(graph, "main", "query q() { " + statement + " }", Map.of()))
        .isInstanceOf(GraphException.class)
        .message()
        .containsAnyOf(messages);
  }

  private static void load(OmniGraph graph, int size) {
    int step = 10_000;
    var chunks =
        IntStream.range(0, size / step).mapToObj(i -> chunk(i * step, (i + 1) * step, size));
    var iterator = chunks.iterator();
    graph.load(
        new SequenceInputStream(
            new Enumeration<>() {
              @Override
              public boolean hasMoreElements() {
                return iterator.hasNext();
              }

              @Override
              public InputStream nextElement() {
                return iterator.next();
              }
            }),
        LoadMode.APPEND,
        BranchName.MAIN,
        null,
        WriteOptions.ANONYMOUS);
  }

  private static InputStream chunk(int from, int to, int size) {
    StringBuilder records = new StringBuilder();
    for (int i = from; i < to; i++) {
      records.append(
          """
          {"type":"Person","data":{"name":"p%d","mail":"m%d","org":%d,"badge":%d,"code":%s,"born":"2000-01-%02dT%02d:%02d:%02dZ","size":%d.5,"serial":%d}}
          {"edge":"Knows","from":"p%d","to":"p%d","data":{"slot":0}}
          """
              .formatted(
                  i,
                  i,
                  i % 2,
                  i,
                  i < 1000 ? i : null,
                  1 + i / 86_400,
                  i / 3600 % 24,
                  i / 60 % 60,
                  i % 60,
                  i,
                  i,
                  i,
                  (i + 1) % size));
    }
    return new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static OmniGraph init(AtomicS3Endpoint endpoint) {
    return OmniGraph.init(
        "s3://bucket/cost",
        SCHEMA,
        false,
        OpenOptions.readWrite().withStorageOptions(endpoint.environment()));
  }

  private static void awaitNoSidecar(AtomicS3Endpoint endpoint) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!endpoint.keys("cost/__recovery/").isEmpty()) {
      assertThat(System.nanoTime()).as("a sidecar stays").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
