package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes found by the value of a property that is not their key. */
class ValueIndexTest {

  private static final TableKey N = TableKey.node("N");
  private static final int NODES = 1_500;
  private static final int NUMBERS = 40;

  @TempDir Path folder;
  private GraphFixture graph;
  private final Map<String, Map<String, Object>> nodes = new TreeMap<>();
  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int mails;

  @BeforeEach
  void fill() {
    graph =
        new GraphFixture(
            folder,
            """
            node N { name: String @key  mail: String? @unique  number: I64?  kind: String  day: Date? }
            edge E: N -> N
            """);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      names.add("n" + i);
    }
    write(List.of(), names);
  }

  @AfterEach
  void close() {
    graph.engine.close();
    graph.close();
  }

  /** Deletes nodes and writes nodes, with values drawn anew, in one commit. */
  private void write(List<String> deleted, List<String> written) {
    List<String> gone = new ArrayList<>(deleted);
    List<List<Value>> rows = new ArrayList<>();
    deleted.forEach(nodes::remove);
    for (String name : written) {
      Map<String, Object> node = new HashMap<>();
      node.put("name", name);
      node.put("mail", random.nextInt(20) == 0 ? null : "m" + mails++ + "@example.org");
      node.put("number", random.nextInt(20) == 0 ? null : (long) random.nextInt(NUMBERS) - 5);
      node.put("kind", "k" + random.nextInt(3));
      node.put(
          "day", random.nextInt(20) == 0 ? null : new Value.Date(19_000 + random.nextInt(100)));
      if (nodes.put(name, node) != null) {
        gone.add(name);
      }
      rows.add(graph.row(N, List.of(name), node));
    }
    graph.change(N, gone, rows);
  }

  private List<String> ask(String property, String type, Object value, QueryOptions how) {
    String query =
        "query q($v: %s) { match { $n: N { %s: $v } } return { $n.name } }"
            .formatted(type, property);
    return graph.run(query, Map.of("v", value), how).stream()
        .map(GraphFixture::text)
        .sorted()
        .toList();
  }

  private List<String> expected(String property, Object value) {
    return nodes.values().stream()
        .filter(node -> value.equals(node.get(property)))
        .map(node -> (String) node.get("name"))
        .sorted()
        .toList();
  }

  private String profile(String query, Map<String, ?> params) {
    CompiledQuery.Read compiled = graph.compile(query);
    try (QueryCursor cursor =
        graph.engine.execute(
            compiled,
            ParameterBinder.bind(compiled, params, GraphFixture.NOW),
            graph.snapshot(),
            QueryOptions.DEFAULT)) {
      GraphFixture.read(cursor);
      return cursor.profile().text();
    }
  }

  private void compareAll() {
    for (int i = 0; i < 4; i++) {
      String mail = "m" + random.nextInt(mails + 1) + "@example.org";
      assertThat(ask("mail", "String", mail, QueryOptions.DEFAULT))
          .as("seed %d", seed)
          .isEqualTo(expected("mail", mail));
      long number = random.nextInt(NUMBERS + 2) - 6;
      assertThat(ask("number", "I64", number, QueryOptions.DEFAULT))
          .as("seed %d", seed)
          .isEqualTo(expected("number", number));
      int day = 19_000 + random.nextInt(101);
      assertThat(
              ask(
                  "day",
                  "Date",
                  java.time.LocalDate.ofEpochDay(day).toString(),
                  QueryOptions.DEFAULT))
          .as("seed %d", seed)
          .isEqualTo(expected("day", new Value.Date(day)));
    }
  }

  @Test
  void equalitiesFindTheSameNodesWhateverIsWritten() {
    System.out.println("-Dseed=" + seed);
    compareAll();
    for (int round = 0; round < 25; round++) {
      List<String> names = new ArrayList<>(nodes.keySet());
      List<String> deleted = new ArrayList<>();
      List<String> written = new ArrayList<>();
      // Now and then more than an index takes along.
      int changes = round % 8 == 7 ? 700 : random.nextInt(12);
      for (int i = 0; i < changes; i++) {
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(3)) {
          case 0 -> written.add("x" + round + "-" + i);
          case 1 -> written.add(name);
          default -> deleted.add(name);
        }
      }
      deleted.removeAll(written);
      write(deleted.stream().distinct().toList(), written.stream().distinct().toList());
      compareAll();
    }
  }

  @Test
  void anIndexIsMadeOnceAPropertyWasAskedForSeveralTimesAndFollowsCommits() {
    String query = "query q($v: String) { match { $n: N { mail: $v } } return { $n.name } }";
    Map<String, ?> params = Map.of("v", "m7@example.org");
    assertThat(profile(query, params)).doesNotContain("found by");
    for (int i = 0; i < 5; i++) {
      profile(query, params);
    }
    assertThat(profile(query, params)).contains("found by mail");
    write(List.of("n3"), List.of("n7", "new"));
    assertThat(profile(query, params)).contains("found by mail");
  }

  @Test
  void ofSeveralEqualitiesTheOneWithTheFewestNodesIsTaken() {
    String query =
        "query q($m: String) { match { $n: N { kind: \"k1\", mail: $m } } return { $n.name } }";
    String name = "n11";
    Object mail = nodes.get(name).get("mail");
    Map<String, ?> params = Map.of("m", mail == null ? "none" : mail);
    for (int i = 0; i < 5; i++) {
      profile(query, params);
    }
    assertThat(profile(query, params)).contains("found by mail");
    boolean there = mail != null && "k1".equals(nodes.get(name).get("kind"));
    assertThat(graph.run(query, params, QueryOptions.DEFAULT)).hasSize(there ? 1 : 0);
  }

  @Test
  void aTypeThatAnIndexCannotTellApartIsLookedAtInFull() {
    String query = "query q($v: F64) { match { $n: N  $n.number = $v } return { count($n) as c } }";
    for (int i = 0; i < 6; i++) {
      assertThat(graph.run(query, Map.of("v", 3.0), QueryOptions.DEFAULT))
          .isEqualTo(List.of(GraphFixture.values((long) expected("number", 3L).size())));
    }
  }

  @Test
  void aPatternStartsFromTheNodeThatAUniqueValueNames() {
    graph.edge("E", "e1", "n1", "n2").edge("E", "e2", "n3", "n2");
    Object mail = nodes.get("n2").get("mail");
    String query =
        "query q($m: String) { match { $a: N  $b: N { mail: $m }  $a e $b } return { $a.name } }";
    Map<String, ?> params = Map.of("m", mail == null ? "none" : mail);
    List<String> rows =
        graph.run(query, params, QueryOptions.DEFAULT).stream()
            .map(GraphFixture::text)
            .sorted()
            .toList();
    assertThat(rows).isEqualTo(mail == null ? List.of() : List.of("n1", "n3"));
    assertThat(
            graph.run(query, params, QueryOptions.DEFAULT.withPath(AccessPath.SCAN)).stream()
                .map(GraphFixture::text)
                .sorted())
        .isEqualTo(rows);
    assertThat(profile(query, params)).contains("$b: N where $b.mail = $m");
    assertThat(profile(query, params)).doesNotContain("CrossProduct");
  }
}
