package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A load that cannot hold its ids in memory goes through its rows share by share, and comes to the
 * same result: the same graph, or the same refusal.
 */
class LargeLoadTest {

  private static final String SCHEMA =
      """
      node Person {
        name: String @key
        mail: String? @unique
        a: I32?
        b: String?
        @unique(a, b)
        @range(a, 0..1000)
      }
      node Place { title: String?  code: I64? @unique }
      edge Knows: Person -> Person @card(0..3) { since: I32?  @unique(src, since) }
      edge Visits: Person -> Place
      edge Owns: Place -> Place @card(1..4)
      """;

  /** Room for a few dozen ids at a time. */
  private static final long FEW_IDS = 1500;

  @TempDir Path directory;

  static Stream<Long> seeds() {
    return LongStream.range(0, 8L * Integer.getInteger("soak.factor", 1)).boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void sharesOfTheIdsGiveTheSameResultAsAllAtOnce(long seed) {
    Random random = new Random(seed);
    try (TestGraph one = new TestGraph(directory.resolve("one"), SCHEMA);
        TestGraph two = new TestGraph(directory.resolve("two"), SCHEMA)) {
      for (int round = 0; round < 6; round++) {
        LoadMode mode = LoadMode.values()[random.nextInt(LoadMode.values().length)];
        String records = records(random, random.nextInt(3) == 0 ? 2 : 0, round);
        String what = "seed " + seed + ", round " + round + ", " + mode;
        LoadOptions options = LoadOptions.of(mode);
        String expected = outcome(one, options, records);
        String actual =
            outcome(two, options.withIdBytes(FEW_IDS).withMemoryBytes(1 << 14), records);
        assertThat(actual).as(what).isEqualTo(expected);
        Map<String, Object> wanted = content(one);
        Map<String, Object> stored = content(two);
        assertThat(stored.keySet()).as(what).isEqualTo(wanted.keySet());
        wanted.forEach((id, row) -> assertThat(stored.get(id)).as(what).isEqualTo(row));
      }
    }
  }

  /** The counts of a load, or its refusal. */
  private static String outcome(TestGraph graph, LoadOptions options, String records) {
    try {
      return graph.load(options, records).toString();
    } catch (GraphException e) {
      return e.code() + ": " + e.getMessage();
    }
  }

  private static String records(Random random, int faults, int round) {
    List<String> records = new ArrayList<>();
    int people = 40 + random.nextInt(200);
    int places = 20 + random.nextInt(100);
    // Every round has names of its own and some of the rounds before.
    int from = random.nextInt(2) * round * 60;
    for (int i = 0; i < people; i++) {
      int n = from + i;
      records.add(
          "{\"type\":\"Person\",\"data\":{\"name\":\"person %d\",\"mail\":\"m%d\",\"a\":%d,\"b\":\"%d\"}}"
              .formatted(n, n, n % 1000, round));
    }
    for (int i = 0; i < places; i++) {
      String id = random.nextInt(5) == 0 ? "" : "\"id\":\"place %d\",".formatted(from + i);
      records.add("{\"type\":\"Place\",\"data\":{%s\"title\":\"t%d\"}}".formatted(id, i));
    }
    for (int i = 0; i < people; i += 2) {
      records.add(
          "{\"edge\":\"Knows\",\"from\":\"person %d\",\"to\":\"person %d\",\"data\":{\"id\":\"k%d\",\"since\":%d}}"
              .formatted(from + i, from + random.nextInt(people), from + i, round));
    }
    for (int i = 0; i < random.nextInt(80); i++) {
      // Repeats some ids, which only a merge takes.
      records.add(
          "{\"edge\":\"Knows\",\"from\":\"person %d\",\"to\":\"person %d\",\"data\":{\"id\":\"r%d\"}}"
              .formatted(from + random.nextInt(people), from, random.nextInt(400)));
    }
    for (int i = 0; i < faults; i++) {
      records.add(fault(random, from));
    }
    java.util.Collections.shuffle(records, random);
    return String.join("\n", records);
  }

  private static String fault(Random random, int from) {
    int n = from + random.nextInt(40);
    return switch (random.nextInt(8)) {
      case 0 -> "{\"edge\":\"Knows\",\"from\":\"nobody %d\",\"to\":\"person %d\"}".formatted(n, n);
      case 1 -> "{\"edge\":\"Visits\",\"from\":\"person %d\",\"to\":\"nowhere\"}".formatted(n);
      case 2 -> "{\"type\":\"Person\",\"data\":{\"name\":\"x\",\"mail\":\"m%d\"}}".formatted(n);
      case 3 -> "{\"type\":\"Person\",\"data\":{\"name\":\"y%d\",\"a\":-1}}".formatted(n);
      case 4 -> "{\"type\":\"Person\",\"data\":{\"name\":\"person %d\"}}".formatted(n);
      case 5 ->
          "{\"edge\":\"Knows\",\"from\":\"person %d\",\"to\":\"person %d\",\"data\":{\"since\":7}}\n"
                  .formatted(n, n)
              + "{\"edge\":\"Knows\",\"from\":\"person %d\",\"to\":\"person %d\",\"data\":{\"since\":7}}"
                  .formatted(n, n);
      case 6 ->
          "{\"edge\":\"Knows\",\"from\":\"person %d\",\"to\":\"person %d\"}\n"
              .formatted(n, n)
              .repeat(4);
      default ->
          "{\"type\":\"Place\",\"data\":{\"id\":\"place %d\",\"code\":5}}\n".formatted(n)
              + "{\"type\":\"Place\",\"data\":{\"code\":5}}";
    };
  }

  private static Map<String, Object> content(TestGraph graph) {
    Map<String, Object> all = new TreeMap<>();
    for (String key :
        List.of("node:Person", "node:Place", "edge:Knows", "edge:Visits", "edge:Owns")) {
      graph
          .rows(key)
          .forEach(
              (id, row) -> {
                // Minted ids depend on how far a refused load before was read.
                boolean minted = id.startsWith("01J");
                row.remove("id");
                all.merge(key + "/" + (minted ? "minted " + row : id), row, (a, b) -> a + "," + b);
              });
    }
    return all;
  }

  @Test
  void manyIdsAreFoundToRepeatToExistAndToVanish() {
    StringBuilder people = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      people.append(
          "{\"type\":\"Person\",\"data\":{\"name\":\"p%d\",\"mail\":\"%d\"}}\n".formatted(i, i));
    }
    StringBuilder edges = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      edges.append(
          "{\"edge\":\"Knows\",\"from\":\"p%d\",\"to\":\"p%d\",\"data\":{\"id\":\"e%d\"}}\n"
              .formatted(i, 1999 - i, i));
    }
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      LoadOptions append = few(LoadMode.APPEND);
      graph.load(append, edges.toString() + people);
      assertThat(
              outcome(graph, append, "{\"type\":\"Person\",\"data\":{\"name\":\"q\"}}\n" + people))
          .isEqualTo(
              "key_conflict: record 2: 'p0' already exists in node:Person; append inserts new rows"
                  + " only (use mode merge to replace rows)");
      String again =
          edges.toString().replace("\"id\":\"e", "\"id\":\"f")
              + "{\"edge\":\"Knows\",\"from\":\"p1\",\"to\":\"p1\",\"data\":{\"id\":\"f7\"}}";
      assertThat(outcome(graph, append, again))
          .isEqualTo(
              "key_conflict: record 2001: 'f7' appears more than once in the input for edge:Knows"
                  + " (only mode merge lets the last one win)");
      graph.load(few(LoadMode.MERGE), people.toString() + edges);
      assertThat(graph.idsOf("node:Person")).hasSize(2000);
      String half =
          people.substring(0, people.indexOf("{\"type\":\"Person\",\"data\":{\"name\":\"p1000\""));
      assertThat(outcome(graph, few(LoadMode.OVERWRITE), half))
          .startsWith("endpoint_not_found: ")
          .endsWith(" not found in Person");
      assertThat(outcome(graph, few(LoadMode.OVERWRITE), half + edges))
          .isEqualTo("endpoint_not_found: record 1001: dst 'p1999' not found in Person");
      graph.load(few(LoadMode.OVERWRITE), people.toString() + edges);
      assertThat(graph.edges("Knows")).hasSize(2000);
    }
  }

  private static LoadOptions few(LoadMode mode) {
    return LoadOptions.of(mode).withIdBytes(4 * FEW_IDS);
  }

  @Test
  void severalViolationsAreToldInTheirOrderWithTheirRecords() {
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      StringBuilder bad = new StringBuilder("{\"edge\":\"Visits\",\"from\":\"x\",\"to\":\"y\"}\n");
      for (int i = 0; i < 30; i++) {
        bad.append(
            "{\"type\":\"Person\",\"data\":{\"name\":\"n%d\",\"a\":%d}}\n".formatted(i, -1 - i));
      }
      GraphException refusal = null;
      try {
        graph.load(LoadMode.APPEND, bad.toString());
      } catch (GraphException e) {
        refusal = e;
      }
      assertThat(refusal).hasMessage("record 2: @range violation on Person.a: value -1 < min 0");
      assertThat(refusal.context())
          .containsEntry("record", 2L)
          .containsEntry("entity_id", "n0")
          .containsEntry("violation_count", 32L);
      assertThat((List<?>) refusal.context().get("violations"))
          .hasSize(20)
          .element(19)
          .isEqualTo(
              Map.of(
                  "table_key", "node:Person",
                  "entity_id", "n19",
                  "record", 21L,
                  "message", "@range violation on Person.a: value -20 < min 0"));
    }
  }

  @Test
  void numbersOfRecordsAreKeptOnDiskWhenTheyAreMany() {
    try (RecordNumbers numbers = new RecordNumbers()) {
      Random random = new Random(4);
      long[] expected = new long[1_500_000];
      long number = 0;
      for (int i = 0; i < expected.length; i++) {
        number += 1 + (random.nextInt(50) == 0 ? random.nextInt(100_000) : 0);
        expected[i] = number;
        numbers.add(number);
      }
      long[] rows = {0, 1, 999, 1_000_000, 1_400_000, expected.length - 1};
      assertThat(numbers.of(rows))
          .containsExactly(LongStream.of(rows).map(row -> expected[(int) row]).toArray());
    }
  }
}
