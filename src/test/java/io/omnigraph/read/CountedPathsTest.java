package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.naive.NaiveGraph;
import io.omnigraph.read.naive.RandomGraphs;
import io.omnigraph.read.naive.RandomSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Aggregations over paths of two hops that are counted around the middle node give what walking
 * every path gives. The walk reads storage ({@code scan}); {@link DifferentialTest} compares it
 * with the definition.
 */
class CountedPathsTest {

  private static final int QUERIES = 80;

  private static final List<String> PATTERNS =
      List.of(
          "$a: Person  $a $e:knows $b  $b $f:knows $c",
          "$a: Person  $a $e:knows $b  $c $f:likes $b",
          "$b: Person  $b $e:likes $a  $b $f:knows $c",
          "$a: Person  $a $e:<knows> $b  $b $f:<likes> $c",
          "$a: Person  $a knows $b  $b knows $c",
          "$a: Person  $a <knows> $b  $b <knows> $c",
          "$a: Person  $a <likes> $b  $b $f:knows $c");

  /** Properties that compare with each other; those of edges are there where the edge is Knows. */
  private static final List<List<String>> NODE_KINDS =
      List.of(
          List.of("age", "level", "few", "big"),
          List.of("score", "ratio"),
          List.of("age", "score", "few", "level"),
          List.of("big", "score"),
          List.of("huge"),
          List.of("born"),
          List.of("seen"),
          List.of("nick"),
          List.of("nick", "name"));

  private static final List<String> EQUAL_ONLY = List.of("active", "role", "nick");

  private static final List<String> EDGE_PROPERTIES =
      List.of("weight", "level", "total", "since", "at", "huge", "few");

  private static final List<String> ORDERS = List.of("<", "<=", ">", ">=", "=", "!=");

  @TempDir Path folder;

  @Test
  void pathsThatAreCountedAreAsManyAsPathsThatAreWalked() {
    long seed = Long.getLong("seed", System.nanoTime());
    int queries = QUERIES * Integer.getInteger("soak.factor", 1);
    System.out.println("" + queries + " aggregations, -Dseed=" + seed);
    int counted = 0;
    for (int g = 0; g * QUERIES < queries * 3; g++) {
      SplittableRandom random = new SplittableRandom(seed + g);
      try (GraphFixture graph = new GraphFixture(folder.resolve("g" + g), RandomSchema.text())) {
        RandomGraphs graphs = new RandomGraphs(random);
        NaiveGraph model = g % 3 == 2 ? graphs.drawHubs() : graphs.drawDense();
        store(model, graph);
        for (int q = 0; q < QUERIES / 3; q++) {
          if (q == QUERIES / 6) {
            thin(model, graph, random);
          }
          String query = draw(random);
          counted += check(graph, query, "-Dseed=" + seed + " graph " + g + "\n" + query) ? 1 : 0;
        }
      }
    }
    assertThat(counted).as("of " + queries + " were counted").isGreaterThan(queries / 3);
  }

  @Test
  void aNodeWithMoreEdgesThanABatchHasRowsIsCountedInOneGo() {
    String schema =
        """
        node Person {
          name: String @key
          age: I32?
        }
        edge Knows: Person -> Person {
          since: I64?
        }
        """;
    try (GraphFixture graph = new GraphFixture(folder, schema)) {
      TableKey people = TableKey.node("Person");
      TableKey knows = TableKey.edge("Knows");
      List<List<Value>> rows = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        rows.add(
            graph.row(
                people,
                List.of("p" + i),
                i % 7 == 3 ? Map.of("name", "p" + i) : Map.of("name", "p" + i, "age", i % 11)));
      }
      graph.change(people, List.of(), rows);
      List<List<Value>> edges = new ArrayList<>();
      for (int i = 0; i < 9_000; i++) {
        String far = "p" + (i % 50);
        List<String> ends = i % 2 == 0 ? List.of("e" + i, far, "p0") : List.of("e" + i, "p0", far);
        edges.add(
            graph.row(knows, ends, i % 13 == 5 ? Map.of() : Map.of("since", (long) (i * 7 % 100))));
      }
      graph.change(knows, List.of(), edges);
      String paths = "match { $a: Person  $a $e:knows $b  $b $f:knows $c  ";
      for (String query :
          List.of(
              paths + "$f.since > $e.since } return { $f.since, count($c) as n }",
              paths + "$f.since <= $e.since } return { max($e.since) as n, count($a) as m }",
              paths + "$c.age != $a.age } return { $a.age, count($a) as n }",
              paths + "$f.since = $e.since } return { count($b) as n, min($b.age) as m }",
              paths + "} return { $f.since, $c.age, count($a) as n }")) {
        assertThat(check(graph, "query q() { " + query + " }", query)).as(query).isTrue();
      }
    }
  }

  @Test
  void floatsThatStandForManyPathsAddUpAsOnePathAfterTheOther() {
    String schema =
        """
        node Person {
          name: String @key
          share: F64
        }
        edge Knows: Person -> Person {
          weight: F64
        }
        """;
    try (GraphFixture graph = new GraphFixture(folder, schema)) {
      TableKey people = TableKey.node("Person");
      TableKey knows = TableKey.edge("Knows");
      int far = 7;
      BigDecimal sum = BigDecimal.ZERO;
      List<List<Value>> rows = new ArrayList<>();
      List<List<Value>> edges = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        String id = "p" + i;
        rows.add(graph.row(people, List.of(id), Map.of("name", id, "share", 0.1)));
        edges.add(graph.row(knows, List.of("e" + i, id, "hub"), Map.of("weight", 0.1)));
        sum = sum.add(new BigDecimal(0.1).multiply(BigDecimal.valueOf(far)));
      }
      rows.add(graph.row(people, List.of("hub"), Map.of("name", "hub", "share", 0.0)));
      for (int i = 0; i < far; i++) {
        String id = "far" + i;
        rows.add(graph.row(people, List.of(id), Map.of("name", id, "share", 0.0)));
        edges.add(graph.row(knows, List.of("f" + i, "hub", id), Map.of("weight", 0.0)));
      }
      graph.change(people, List.of(), rows);
      graph.change(knows, List.of(), edges);
      String paths = "query q() { match { $a: Person  $a $e:knows $b  $b $f:knows $c } return { ";
      QueryProfile[] profile = new QueryProfile[1];
      for (Map.Entry<String, String> summed :
          Map.of("$a.share", "TreeCount", "$e.weight", "PairCount").entrySet()) {
        String query = paths + "sum(" + summed.getKey() + ") as n } }";
        for (AccessPath path : List.of(AccessPath.RESIDENT, AccessPath.SCAN)) {
          assertThat(rows(graph, query, path, profile, query))
              .as(query + path)
              .containsExactly("" + sum.doubleValue());
          if (path == AccessPath.RESIDENT) {
            assertThat(profile[0].text()).contains(summed.getValue());
          }
        }
      }
    }
  }

  @Test
  void morePathsThanALongCanCountAreAnError() {
    String schema =
        """
        node Person {
          name: String @key
          share: F64
        }
        edge Knows: Person -> Person
        """;
    try (GraphFixture graph = new GraphFixture(folder, schema)) {
      TableKey people = TableKey.node("Person");
      TableKey knows = TableKey.edge("Knows");
      List<List<Value>> rows = new ArrayList<>();
      List<List<Value>> edges = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        rows.add(graph.row(people, List.of("p" + i), Map.of("name", "p" + i, "share", 0.5)));
        for (int j = 0; j < 8; j++) {
          String id = "e" + (8 * i + j);
          edges.add(graph.row(knows, List.of(id, "p" + i, "p" + j), Map.of()));
        }
      }
      graph.change(people, List.of(), rows);
      graph.change(knows, List.of(), edges);
      QueryProfile[] profile = new QueryProfile[1];
      // Each of the eight nodes begins 8^hops paths; 2^63 of 20 hops in all, none of them too many.
      assertThat(paths(graph, 19, "count($a) as n", profile)).containsExactly("" + (1L << 60));
      assertThat(paths(graph, 20, "$a.name, count($a) as n", profile))
          .hasSize(8)
          .contains("p3|" + (1L << 60));
      for (String overflowing : List.of("count($a) as n", "avg($a.share) as n")) {
        assertThatThrownBy(() -> paths(graph, 20, overflowing, profile))
            .as(overflowing)
            .hasRootCauseInstanceOf(ArithmeticException.class)
            .hasMessageContaining("more matches than fit into 64 bits")
            .isInstanceOf(ResourceLimitException.class);
      }
    }
  }

  private static List<String> paths(
      GraphFixture graph, int hops, String returned, QueryProfile[] profile) {
    StringBuilder pattern = new StringBuilder("$a: Person  $a knows $b1  ");
    for (int i = 1; i < hops; i++) {
      pattern.append("$b%d knows $b%d  ".formatted(i, i + 1));
    }
    String query = "query q() { match { " + pattern + "} return { " + returned + " } }";
    return read(graph, graph.compile(query), AccessPath.RESIDENT, profile);
  }

  private static String draw(SplittableRandom random) {
    String pattern = one(PATTERNS, random);
    List<String> conditions = new ArrayList<>();
    int kind = random.nextInt(NODE_KINDS.size() + 3);
    boolean edges = pattern.contains("$f:knows") && pattern.contains("$e:knows");
    if (kind < NODE_KINDS.size()) {
      List<String> properties = NODE_KINDS.get(kind);
      String key = one(properties, random);
      for (int i = 0; i <= random.nextInt(5) / 3; i++) {
        conditions.add(compared("$c." + key, "$a." + one(properties, random), random));
      }
    } else if (kind == NODE_KINDS.size()) {
      String property = one(EQUAL_ONLY, random);
      conditions.add("$c." + property + (random.nextBoolean() ? " = " : " != ") + "$a." + property);
    } else if (kind == NODE_KINDS.size() + 1 && edges) {
      String property = one(EDGE_PROPERTIES, random);
      conditions.add(compared("$f." + property, "$e." + property, random));
    }
    if (random.nextInt(3) == 0) {
      conditions.add(compared("$b.age", "2", random));
    }
    if (random.nextInt(4) == 0) {
      conditions.add(compared("$c.level", "$b.level", random));
    }
    if (random.nextInt(4) == 0 && edges) {
      conditions.add(compared("$f.level", random.nextBoolean() ? "1" : "$c.level", random));
    }
    return "query q() { match { "
        + pattern
        + "  "
        + String.join("  ", conditions)
        + " } return { "
        + returned(edges, random)
        + " } }";
  }

  private static String compared(String left, String right, SplittableRandom random) {
    String order = one(ORDERS, random);
    return random.nextBoolean()
        ? left + " " + order + " " + right
        : right.startsWith("$")
            ? right + " " + order + " " + left
            : left + " " + order + " " + right;
  }

  private static String returned(boolean edges, SplittableRandom random) {
    String root = one(edges ? List.of("a", "b", "c", "e", "f") : List.of("a", "b", "c"), random);
    return switch (random.nextInt(5)) {
      case 0 -> "count($c) as n";
      case 1 -> "count(distinct $" + one(List.of("a", "b", "c"), random) + ") as n";
      case 2 -> "$" + root + ".level, count($c) as n";
      case 3 ->
          "sum($%1$s.level) as n, min($%1$s.level) as m, max($%1$s.level) as k".formatted(root);
      default -> "$" + one(List.of("a", "b", "c"), random) + ".nick, count($b) as n";
    };
  }

  private static String one(List<String> all, SplittableRandom random) {
    return all.get(random.nextInt(all.size()));
  }

  /** Compares both ways; whether the paths were counted. */
  private static boolean check(GraphFixture graph, String query, String where) {
    QueryProfile[] profile = new QueryProfile[1];
    List<String> counted = rows(graph, query, AccessPath.RESIDENT, profile, where);
    String plan = profile[0].text();
    List<String> walked = rows(graph, query, AccessPath.SCAN, profile, where);
    assertThat(counted).as(where + "\n" + plan).containsExactlyInAnyOrderElementsOf(walked);
    return plan.contains("PairCount");
  }

  private static List<String> rows(
      GraphFixture graph, String query, AccessPath path, QueryProfile[] profile, String where) {
    CompiledQuery.Read compiled;
    try {
      compiled = graph.compile(query);
    } catch (RuntimeException e) {
      throw new AssertionError(where, e);
    }
    try {
      return read(graph, compiled, path, profile);
    } catch (RuntimeException e) {
      throw new AssertionError(where, e);
    }
  }

  private static List<String> read(
      GraphFixture graph, CompiledQuery.Read compiled, AccessPath path, QueryProfile[] profile) {
    try (QueryCursor cursor =
        graph.engine.execute(
            compiled,
            ParameterBinder.bind(compiled, Map.of(), GraphFixture.NOW),
            graph.snapshot(),
            QueryOptions.DEFAULT.withPath(path))) {
      List<String> rows = GraphFixture.read(cursor).stream().map(GraphFixture::text).toList();
      profile[0] = cursor.profile();
      return rows;
    }
  }

  private static void store(NaiveGraph model, GraphFixture graph) {
    Map<String, Map<String, NaiveGraph.Row>> tables = new HashMap<>(model.nodes);
    tables.putAll(model.edges);
    tables.forEach(
        (type, rows) -> {
          TableKey key = model.nodes.containsKey(type) ? TableKey.node(type) : TableKey.edge(type);
          if (!rows.isEmpty()) {
            graph.change(
                key,
                List.of(),
                rows.values().stream()
                    .map(
                        r ->
                            graph.row(
                                key,
                                key.isNode() ? List.of(r.id()) : List.of(r.id(), r.src(), r.dst()),
                                r.values()))
                    .toList());
          }
        });
  }

  /** Deletes some people, whose edges then lead nowhere, and some edges. */
  private static void thin(NaiveGraph model, GraphFixture graph, SplittableRandom random) {
    for (String type : List.of("Person", "Knows", "Likes")) {
      boolean nodes = type.equals("Person");
      Map<String, NaiveGraph.Row> rows = (nodes ? model.nodes : model.edges).get(type);
      List<String> gone =
          rows.keySet().stream().filter(id -> random.nextInt(nodes ? 20 : 8) == 0).toList();
      if (!gone.isEmpty()) {
        graph.change(nodes ? TableKey.node(type) : TableKey.edge(type), gone, List.of());
      }
    }
  }
}
