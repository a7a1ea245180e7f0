package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Search gives the same nodes with no index, a stale one and a full one, on every access path. */
class SearchTest {

  private static final String SCHEMA =
      """
      node Doc {
        name: String @key
        body: String?
        vec: Vector(4)? @embed(body, model="m")
        group: I32
      }
      edge Cites: Doc -> Doc
      """;

  private static final TableKey DOC = TableKey.node("Doc");
  private static final String[] WORDS = {"river", "stone", "bridge", "hill", "town"};

  /** What indices know of the rows. */
  enum Indices {
    NONE,
    STALE,
    FULL
  }

  private record Doc(String body, float[] vec, int group) {}

  @TempDir Path folder;
  private final Map<String, Doc> docs = new TreeMap<>();

  static Stream<Arguments> everyState() {
    return Stream.of(Indices.values())
        .flatMap(i -> Stream.of(AccessPath.values()).map(p -> Arguments.of(i, p)));
  }

  private GraphFixture fill(Indices indices) {
    GraphFixture graph = new GraphFixture(folder, SCHEMA);
    SplittableRandom random = new SplittableRandom(5);
    add(graph, random, 0, 300);
    if (indices == Indices.STALE) {
      index(graph);
    }
    List<String> gone = docs.keySet().stream().filter(n -> n.endsWith("7")).toList();
    gone.forEach(docs::remove);
    graph.change(DOC, gone, List.of());
    add(graph, random, 300, 40);
    if (indices == Indices.FULL) {
      index(graph);
    }
    return graph;
  }

  private void add(GraphFixture graph, SplittableRandom random, int from, int count) {
    List<List<Value>> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      String body =
          i % 9 == 0 ? null : WORDS[random.nextInt(5)] + " " + WORDS[random.nextInt(5)] + " w" + i;
      float[] vec =
          i % 11 == 0
              ? null
              : new float[] {
                random.nextInt(5), random.nextInt(5), random.nextInt(5), random.nextInt(5)
              };
      String name = "d%04d".formatted(i);
      docs.put(name, new Doc(body, vec, i % 3));
      rows.add(
          graph.row(
              DOC,
              List.of(name),
              GraphFixture.map("name", name, "body", body, "vec", vec, "group", i % 3)));
    }
    graph.change(DOC, List.of(), rows);
  }

  private static void index(GraphFixture graph) {
    graph.maintain(DOC, (m, h) -> m.createIndex(h, new IndexSpec("id", IndexSpec.Kind.BTREE)));
    graph.maintain(
        DOC, (m, h) -> m.createIndex(h, new IndexSpec("body", IndexSpec.Kind.FULL_TEXT)));
    graph.maintain(DOC, (m, h) -> m.createIndex(h, new IndexSpec("vec", IndexSpec.Kind.VECTOR)));
  }

  private static QueryOptions on(AccessPath path) {
    return QueryOptions.DEFAULT.withPath(path);
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void aTextTestFindsExactlyTheDocumentsWithAToken(Indices indices, AccessPath path) {
    try (GraphFixture graph = fill(indices)) {
      assertThat(
              graph.texts(
                  "match { $d: Doc  search($d.body, \"river hill\") } return { $d.name }",
                  on(path)))
          .containsExactlyInAnyOrderElementsOf(
              docs.keySet().stream().filter(n -> hits(docs.get(n), "river", "hill")).toList());
      assertThat(
              graph.texts(
                  "match { $d: Doc  $d.group = 1  not { fuzzy($d.body, \"rivar\", 1) } }"
                      + " return { $d.name }",
                  on(path)))
          .containsExactlyInAnyOrderElementsOf(
              docs.keySet().stream()
                  .filter(n -> docs.get(n).group == 1 && !hits(docs.get(n), "river"))
                  .toList());
    }
  }

  private static boolean hits(Doc doc, String... words) {
    return doc.body != null
        && Stream.of(words).anyMatch(w -> List.of(doc.body.split(" ")).contains(w));
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void bm25RanksHitsThatFulfilThePatternByFallingScore(Indices indices, AccessPath path) {
    try (GraphFixture graph = fill(indices)) {
      List<List<Value>> rows =
          graph.rows(
              "match { $d: Doc  $d.group = 2 } return { $d.name, bm25($d.body, \"bridge\") as s }"
                  + " order { bm25($d.body, \"bridge\") }",
              on(path));
      assertThat(rows.stream().map(r -> ((Value.Text) r.get(0)).value()))
          .containsExactlyInAnyOrderElementsOf(
              docs.keySet().stream()
                  .filter(n -> docs.get(n).group == 2 && hits(docs.get(n), "bridge"))
                  .toList());
      assertThat(rows.stream().map(r -> ((Value.Real) r.get(1)).value()).toList())
          .isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(
              graph.rows(
                  "match { $d: Doc  $d.group = 2 } return { $d.name }"
                      + " order { bm25($d.body, \"bridge\") } limit 3",
                  on(path)))
          .isEqualTo(rows.subList(0, 3).stream().map(r -> r.subList(0, 1)).toList());
    }
  }

  /** What an index counted when it was made must not tell in a score. */
  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void bm25CountsOnlyTheTextsThatAreLeft(AccessPath path) {
    try (GraphFixture graph = fill(Indices.NONE)) {
      index(graph);
      assertScores(graph, path, "indexed");
      List<String> gone = new ArrayList<>(docs.keySet());
      gone.removeIf(n -> !hits(docs.get(n), "hill") || n.endsWith("1"));
      graph.change(DOC, gone, List.of());
      gone.forEach(docs::remove);
      assertScores(graph, path, "deleted");
      add(graph, new SplittableRandom(6), 400, 30);
      assertScores(graph, path, "added");
      graph.maintain(DOC, (m, h) -> m.optimizeIndices(h));
      assertScores(graph, path, "extended");
    }
  }

  private void assertScores(GraphFixture graph, AccessPath path, String state) {
    double documents = docs.values().stream().filter(d -> d.body != null).count();
    List<List<Value>> rows =
        graph.rows(
            "match { $d: Doc } return { $d.name, bm25($d.body, \"hill town\") as score }"
                + " order { score }",
            on(path));
    assertThat(rows).as(state).isNotEmpty();
    for (List<Value> row : rows) {
      String body = docs.get(((Value.Text) row.getFirst()).value()).body;
      // All texts have three words: none is longer than the average.
      double expected = 0;
      for (String word : List.of("hill", "town")) {
        long times = Stream.of(body.split(" ")).filter(word::equals).count();
        double with = docs.values().stream().filter(d -> hits(d, word)).count();
        double rarity = Math.log(1 + (documents - with + 0.5) / (with + 0.5));
        expected += rarity * times * 2.2 / (times + 1.2);
      }
      assertThat(((Value.Real) row.get(1)).value())
          .as(state + " " + row)
          .isCloseTo(expected, withinPercentage(0.001));
    }
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void nearestRanksWhatFulfilsThePatternExactly(Indices indices, AccessPath path) {
    try (GraphFixture graph = fill(indices)) {
      float[] query = {1, 2, 3, 0};
      List<String> expected =
          docs.entrySet().stream()
              .filter(e -> e.getValue().vec != null && e.getValue().group == 0)
              .sorted(
                  Comparator.comparingDouble(
                          (Map.Entry<String, Doc> e) -> distance(e.getValue().vec, query))
                      .thenComparing(Map.Entry::getKey))
              .limit(7)
              .map(e -> e.getKey() + "|" + distance(e.getValue().vec, query))
              .toList();
      assertThat(
              graph.texts(
                  "match { $d: Doc  $d.group = 0 } return { $d.name,"
                      + " nearest($d.vec, [1.0, 2.0, 3.0, 0.0]) as distance }"
                      + " order { nearest($d.vec, [1.0, 2.0, 3.0, 0.0]) } limit 7",
                  on(path)))
          .isEqualTo(expected);
    }
  }

  /** Equal distances are many here; they stand in the order of ids, wherever the limit cuts. */
  @ParameterizedTest
  @MethodSource("everyState")
  void nearestAmongAllDocumentsCutsTiesByIdWhateverTheIndexGives(Indices indices, AccessPath path) {
    try (GraphFixture graph = fill(indices)) {
      for (int limit : new int[] {5, 400}) {
        for (float[] query : new float[][] {{0, 0, 0, 0}, {2, 2, 2, 2}}) {
          String nearest =
              "nearest($d.vec, [%.1f, %.1f, %.1f, %.1f])"
                  .formatted(query[0], query[1], query[2], query[3]);
          assertThat(
                  graph.texts(
                      "match { $d: Doc } return { $d.name } order { "
                          + nearest
                          + " } limit "
                          + limit,
                      on(path)))
              .isEqualTo(
                  docs.entrySet().stream()
                      .filter(e -> e.getValue().vec != null)
                      .sorted(
                          Comparator.comparingDouble(
                                  (Map.Entry<String, Doc> e) -> distance(e.getValue().vec, query))
                              .thenComparing(Map.Entry::getKey))
                      .limit(limit)
                      .map(Map.Entry::getKey)
                      .toList());
        }
      }
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void aTraversedVariableIsRankedAndKeepsItsRows(AccessPath path) {
    try (GraphFixture graph = fill(Indices.NONE)) {
      graph
          .edge("Cites", "e1", "d0001", "d0002")
          .edge("Cites", "e2", "d0001", "d0003")
          .edge("Cites", "e3", "d0004", "d0003");
      List<String> rows =
          graph.texts(
              "match { $a: Doc  $a cites $d } return { $a.name, $d.name }"
                  + " order { nearest($d.vec, [0.0, 0.0, 0.0, 0.0]) } limit 5",
              on(path));
      List<String> order =
          Stream.of("d0002", "d0003")
              .sorted(Comparator.comparingDouble(n -> distance(docs.get(n).vec, new float[4])))
              .toList();
      assertThat(rows.stream().map(r -> r.split("\\|")[1]).distinct()).isEqualTo(order);
      assertThat(rows).containsExactlyInAnyOrder("d0001|d0002", "d0001|d0003", "d0004|d0003");
    }
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void aQueryOutsideTheBasicPlaneOrWithoutTokensIsAnOrdinaryQuery(AccessPath path) {
    try (GraphFixture graph = fill(Indices.STALE)) {
      assertThat(
              graph.texts(
                  "match { $d: Doc  search($d.body, \"\uD83D\uDE00 w3\") } return { $d.name }",
                  on(path)))
          .hasSize(hits(docs.get("d0003"), "w3") ? 1 : 0);
      assertThat(
              graph.texts("match { $d: Doc  search($d.body, \" \") } return { $d.name }", on(path)))
          .isEmpty();
    }
  }

  @Test
  void badQueryVectorsAreRefusedWhateverTheRows() {
    try (GraphFixture graph = new GraphFixture(folder, SCHEMA)) {
      CompiledQuery.Read query =
          graph.compile(
              "query q($v: Vector(4)) { match { $d: Doc } return { $d.name }"
                  + " order { nearest($d.vec, $v) } limit 1 }");
      for (float[] bad : new float[][] {{1, 2}, {1, 2, Float.NaN, 4}}) {
        Parameters parameters =
            new Parameters(Map.of("v", new Value.Vector(bad)), GraphFixture.NOW);
        assertThatThrownBy(
                () -> {
                  try (QueryCursor cursor =
                      graph.engine.execute(query, parameters, graph.snapshot())) {
                    cursor.next();
                  }
                })
            .isInstanceOf(BadRequestException.class)
            .hasMessageStartingWith("nearest");
      }
    }
  }

  @Test
  void aTextIsEmbeddedByTheRecordedModelOnly() {
    TextEmbedder other = embedder("other");
    TextEmbedder right = embedder("m");
    try (GraphFixture graph = fill(Indices.NONE)) {
      String query =
          "match { $d: Doc } return { $d.name } order { nearest($d.vec, \"x\") } limit 3";
      graph.engine = graph.newEngine(1 << 20, other);
      assertThatThrownBy(() -> graph.rows(query))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("model 'm'")
          .hasMessageContaining("'other'");
      graph.engine = graph.newEngine(1 << 20, null);
      assertThatThrownBy(() -> graph.rows(query)).hasMessageContaining("embedding provider");
      graph.engine = graph.newEngine(1 << 20, right);
      assertThat(graph.rows(query))
          .isEqualTo(
              graph.rows(
                  "match { $d: Doc } return { $d.name }"
                      + " order { nearest($d.vec, [4.0, 3.0, 2.0, 1.0]) } limit 3"));
    }
  }

  private static TextEmbedder embedder(String model) {
    return new TextEmbedder() {
      @Override
      public String model() {
        return model;
      }

      @Override
      public float[] embedQuery(String text, int dimension) {
        return new float[] {4, 3, 2, 1};
      }
    };
  }

  /** More rows than one chunk holds. */
  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void aProjectedFusionRanksAllRowsWhateverOrdersThem(AccessPath path) {
    try (GraphFixture graph = new GraphFixture(folder, SCHEMA)) {
      List<List<Value>> rows = new ArrayList<>();
      Map<String, Double> expected = new TreeMap<>();
      int count = 9_000;
      for (int i = 0; i < count; i++) {
        String name = "d%05d".formatted(i);
        boolean hit = i % 500 == 0;
        // The nearest is the last; the shortest text is the last hit.
        String body = hit ? "river" + " stone".repeat((count - i) / 500) : null;
        float[] vec = {count - 1 - i, 0, 0, 0};
        rows.add(
            graph.row(
                DOC,
                List.of(name),
                GraphFixture.map("name", name, "body", body, "vec", vec, "group", i % 2)));
        if (i % 2 == 0) {
          double nearest = 1.0 / (1 + (count - 2 - i) / 2 + 1);
          expected.put(name, hit ? nearest + 1.0 / (1 + (count - 500 - i) / 500 + 1) : nearest);
        }
      }
      graph.change(DOC, List.of(), rows);
      String fusion = "rrf(nearest($d.vec, [0.0, 0.0, 0.0, 0.0]), bm25($d.body, \"river\"), 1)";
      String query = "match { $d: Doc { group: 0 } } return { $d.name, " + fusion + " as s }";
      assertThat(scores(graph, query, path)).isEqualTo(expected);
      Map<String, Double> few =
          scores(graph, query + " order { bm25($d.body, \"river\") } limit 2", path);
      assertThat(few).hasSize(2).allSatisfy((k, v) -> assertThat(v).isEqualTo(expected.get(k)));
      Map<String, Double> first = scores(graph, query + " order { $d.name } limit 3", path);
      assertThat(first).hasSize(3).allSatisfy((k, v) -> assertThat(v).isEqualTo(expected.get(k)));
    }
  }

  private static Map<String, Double> scores(GraphFixture graph, String query, AccessPath path) {
    Map<String, Double> scores = new TreeMap<>();
    for (List<Value> row : graph.rows(query, on(path))) {
      scores.put(((Value.Text) row.get(0)).value(), ((Value.Real) row.get(1)).value());
    }
    return scores;
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void fusionAddsReciprocalRanks(AccessPath path) {
    try (GraphFixture graph = new GraphFixture(folder, SCHEMA)) {
      graph
          .node(
              "Doc", "a", "name", "a", "body", "river", "vec", new float[] {3, 0, 0, 0}, "group", 1)
          .node(
              "Doc",
              "b",
              "name",
              "b",
              "body",
              "river stone",
              "vec",
              new float[] {1, 0, 0, 0},
              "group",
              1)
          .node(
              "Doc", "c", "name", "c", "body", "hill", "vec", new float[] {2, 0, 0, 0}, "group", 1);
      assertThat(
              graph.texts(
                  "match { $d: Doc } return { $d.name, rrf(nearest($d.vec, [0.0, 0.0, 0.0, 0.0]),"
                      + " bm25($d.body, \"river\"), 1) as s } order { rrf(nearest($d.vec, [0.0,"
                      + " 0.0, 0.0, 0.0]), bm25($d.body, \"river\"), 1) } limit 3",
                  on(path)))
          .containsExactly("b|" + (1.0 / 2 + 1.0 / 3), "a|" + (1.0 / 4 + 1.0 / 2), "c|" + 1.0 / 3);
    }
  }
}
