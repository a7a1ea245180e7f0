package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of index stays right under random inserts, replacements, updates, deletes, folding,
 * index builds, branches of branches and reopening: whatever is asked, the answer through the index
 * is the one of a plain scan and of a model. Repeat one run with {@code -Dseed=n}.
 */
class IndexAgreementTest {

  private static final String SCHEMA =
      """
      node Doc {
        slug: String @key
        title: String @unique @index
        body: String @index
        kind: enum(a, b, c) @index
        n: I32 @index
        f: F64 @index
        flag: Bool @index
        day: Date @index
        moment: DateTime @index
        big: U64 @index
        emb: Vector(4) @index
        tags: [String]?
      }
      edge Cites: Doc -> Doc { w: I32 }
      """;

  private static final TableKey DOC = TableKey.node("Doc");
  private static final TableKey CITES = TableKey.edge("Cites");
  private static final List<String> WORDS =
      List.of("graph", "index", "stone", "river", "ärger", "x1", "lamp", "moss");
  private static final int IDS = 120;
  private static final int STEPS = 45;

  /** A row of the model. */
  private record Doc(
      String title,
      Set<String> words,
      String kind,
      int n,
      double f,
      boolean flag,
      int day,
      long moment,
      String big,
      float[] emb) {}

  /** The content of a branch: documents by slug, and edges by id as {@code src>dst}. */
  private record Model(Map<String, Doc> docs, Map<String, String> edges) {
    Model copy() {
      return new Model(new TreeMap<>(docs), new TreeMap<>(edges));
    }
  }

  @TempDir Path folder;
  private RandomHistory<Model> history;
  private Random random;
  private int counter;

  static List<Long> seeds() {
    return RandomHistory.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void answersThroughIndicesAreThoseOfAScanAndOfTheModel(long seed) {
    Model empty = new Model(new TreeMap<>(), new TreeMap<>());
    try (var run = new RandomHistory<>(folder, SCHEMA, seed, empty)) {
      history = run;
      random = run.random;
      run.tell(
          () -> {
            load("main", IDS / 2);
            run.graph().ensureIndices(BranchName.MAIN, 1);
            for (int i = 0; i < STEPS; i++) {
              step(run.anyBranch());
            }
            run.forEachBranch(this::compare);
          });
    }
  }

  private void step(String branch) {
    int dice = random.nextInt(20);
    history.note(branch + ":" + dice);
    String at = branch;
    if (dice < 6) {
      load(branch, 1 + random.nextInt(8));
    } else if (dice < 9) {
      update(branch);
    } else if (dice < 12) {
      delete(branch);
    } else if (dice < 14) {
      history.graph().optimize(BranchName.of(branch));
    } else if (dice < 15) {
      history.graph().ensureIndices(BranchName.of(branch), 1);
    } else if (dice < 17) {
      vectorIndex(branch);
    } else if (dice < 19 && history.branches.size() < 5) {
      at = "b" + counter++;
      history.createBranch(at, branch, history.model(branch).copy());
      load(at, 2);
    } else {
      history.reopen();
    }
    compare(at);
  }

  /** Far fewer rows than an engine would build one for. */
  private void vectorIndex(String branch) {
    history
        .graph()
        .engine()
        .lanes()
        .maintain(
            BranchName.of(branch),
            snapshot ->
                Map.of(
                    DOC,
                    (maintenance, pinned) ->
                        maintenance.createIndex(
                            pinned, new IndexSpec("emb", IndexSpec.Kind.VECTOR))));
  }

  private void load(String branch, int rows) {
    StringBuilder records = new StringBuilder();
    Model model = history.model(branch);
    Set<String> slugs = new TreeSet<>();
    while (slugs.size() < rows) {
      slugs.add("d" + random.nextInt(IDS));
    }
    for (String slug : slugs) {
      Doc doc = doc(slug);
      records.append(record(slug, doc));
      model.docs().put(slug, doc);
    }
    List<String> all = List.copyOf(model.docs().keySet());
    for (int i = 0; i < rows; i++) {
      String src = all.get(random.nextInt(all.size()));
      String dst = all.get(random.nextInt(all.size()));
      String id = "e" + random.nextInt(IDS);
      records.append(
          "{\"edge\":\"Cites\",\"from\":\"%s\",\"to\":\"%s\",\"data\":{\"id\":\"%s\",\"w\":1}}\n"
              .formatted(src, dst, id));
      model.edges().put(id, src + ">" + dst);
    }
    history
        .graph()
        .load(
            new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
            LoadMode.MERGE,
            BranchName.of(branch),
            null,
            WriteOptions.ANONYMOUS);
  }

  private Doc doc(String slug) {
    Set<String> words = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    float[] emb = new float[4];
    for (int i = 0; i < 4; i++) {
      emb[i] = random.nextInt(50);
    }
    double[] reals = {-0.0, 0.0, 1e-20, -2.5, 1e18};
    return new Doc(
        "title of " + slug + " " + random.nextInt(3),
        words,
        List.of("a", "b", "c").get(random.nextInt(3)),
        random.nextInt(20) - 5,
        reals[random.nextInt(reals.length)],
        random.nextBoolean(),
        random.nextInt(10) - 800_000,
        -60_000_000_000_000L + random.nextInt(10),
        random.nextBoolean() ? "18446744073709551615" : String.valueOf(random.nextInt(5)),
        emb);
  }

  private static String record(String slug, Doc doc) {
    return ("{\"type\":\"Doc\",\"data\":{\"slug\":\"%s\",\"title\":\"%s\",\"body\":\"%s\",\"kind\":\"%s\",\"n\":%d,\"f\":%s,\"flag\":%s,\"day\":%d,\"moment\":%d,\"big\":%s,\"emb\":[%s,%s,%s,%s],\"tags\":[\"t\"]}}\n")
        .formatted(
            slug,
            doc.title(),
            String.join(" ", doc.words()),
            doc.kind(),
            doc.n(),
            doc.f(),
            doc.flag(),
            doc.day(),
            doc.moment(),
            doc.big(),
            doc.emb()[0],
            doc.emb()[1],
            doc.emb()[2],
            doc.emb()[3]);
  }

  private void update(String branch) {
    Model model = history.model(branch);
    int limit = random.nextInt(20) - 5;
    int value = random.nextInt(20) - 5;
    TestGraphs.mutate(
        history.graph(),
        branch,
        "query q($v: I32, $l: I32) { update Doc set { n: $v } where n = $l }",
        Map.of("v", value, "l", limit));
    model
        .docs()
        .replaceAll(
            (slug, d) ->
                d.n() != limit
                    ? d
                    : new Doc(
                        d.title(),
                        d.words(),
                        d.kind(),
                        value,
                        d.f(),
                        d.flag(),
                        d.day(),
                        d.moment(),
                        d.big(),
                        d.emb()));
  }

  private void delete(String branch) {
    Model model = history.model(branch);
    if (random.nextBoolean()) {
      String slug = "d" + random.nextInt(IDS);
      TestGraphs.mutate(
          history.graph(),
          branch,
          "query q($s: String) { delete Doc where slug = $s }",
          Map.of("s", slug));
      model.docs().remove(slug);
      model.edges().values().removeIf(e -> e.startsWith(slug + ">") || e.endsWith(">" + slug));
    } else {
      String slug = "d" + random.nextInt(IDS);
      TestGraphs.mutate(
          history.graph(),
          branch,
          "query q($s: String) { delete Cites where from = $s }",
          Map.of("s", slug));
      model.edges().values().removeIf(e -> e.startsWith(slug + ">"));
    }
  }

  private void compare(String branch) {
    Model model = history.model(branch);
    var snapshot = history.graph().snapshot(ReadTarget.branch(branch));
    try (var docs = history.graph().engine().handles().open(snapshot, DOC);
        var cites = history.graph().engine().handles().open(snapshot, CITES)) {
      compareDocs(docs.handle(), model.docs());
      String some = "d" + random.nextInt(IDS);
      for (String side : List.of("src", "dst")) {
        Set<String> expected = new TreeSet<>();
        model
            .edges()
            .forEach(
                (id, edge) -> {
                  if (side.equals("src")
                      ? edge.startsWith(some + ">")
                      : edge.endsWith(">" + some)) {
                    expected.add(id);
                  }
                });
        same(cites.handle(), "`" + side + "` = '" + some + "'", expected);
      }
      same(
          cites.handle(),
          "`id` IN ('e1', 'e2', 'e3')",
          subset(model.edges().keySet(), "e1", "e2", "e3"));
    }
  }

  private static Set<String> subset(Set<String> all, String... some) {
    Set<String> kept = new TreeSet<>(List.of(some));
    kept.retainAll(all);
    return kept;
  }

  private void compareDocs(SnapshotHandle table, Map<String, Doc> docs) {
    assertThat(table.countRows()).isEqualTo(docs.size());
    String slug = "d" + random.nextInt(IDS);
    int n = random.nextInt(20) - 5;
    same(table, "`id` = '" + slug + "'", subset(docs.keySet(), slug));
    same(table, "`kind` = 'b'", ids(docs, d -> d.kind().equals("b")));
    same(table, "`n` = " + n, ids(docs, d -> d.n() == n));
    same(table, "`n` > " + n, ids(docs, d -> d.n() > n));
    same(table, "`flag` = true", ids(docs, Doc::flag));
    same(table, "`f` < -1.0", ids(docs, d -> d.f() < -1));
    same(
        table,
        "`f` IN (arrow_cast('0.0', 'Float64'), arrow_cast('-0.0', 'Float64'))",
        ids(docs, d -> d.f() == 0));
    int day = random.nextInt(10) - 800_000;
    same(table, "`day` = arrow_cast(" + day + ", 'Date32')", ids(docs, d -> d.day() == day));
    long moment = -60_000_000_000_000L + random.nextInt(10);
    same(
        table,
        "`moment` >= arrow_cast(" + moment + ", 'Date64')",
        ids(docs, d -> d.moment() >= moment));
    same(
        table,
        "`big` = arrow_cast('18446744073709551615', 'UInt64')",
        ids(docs, d -> d.big().length() > 5));
    docs.values().stream()
        .skip(docs.isEmpty() ? 0 : random.nextInt(docs.size()))
        .findFirst()
        .ifPresent(
            any ->
                same(
                    table,
                    "`title` = '" + any.title() + "'",
                    ids(docs, d -> d.title().equals(any.title()))));
    String word = WORDS.get(random.nextInt(WORDS.size()));
    assertThat(
            read(table, ScanRequest.of("id").matching(new ScanRequest.FullText("body", word, 0))))
        .as("documents with the word %s", word)
        .isEqualTo(ids(docs, d -> d.words().contains(word)));
    nearest(table, docs);
  }

  private static Set<String> ids(Map<String, Doc> docs, Predicate<Doc> which) {
    Set<String> ids = new TreeSet<>();
    docs.forEach(
        (slug, doc) -> {
          if (which.test(doc)) {
            ids.add(slug);
          }
        });
    return ids;
  }

  private static void same(SnapshotHandle table, String filter, Set<String> expected) {
    ScanRequest request = ScanRequest.of("id").where(filter);
    assertThat(read(table, request)).as("through indices: %s", filter).isEqualTo(expected);
    assertThat(read(table, request.withoutScalarIndex()))
        .as("by a scan: %s", filter)
        .isEqualTo(expected);
  }

  private static Set<String> read(SnapshotHandle table, ScanRequest request) {
    Set<String> ids = new TreeSet<>();
    for (List<Value> row : RowBatches.readAll(table.scan(request))) {
      String id = ((Value.Text) row.getFirst()).value();
      assertThat(ids.add(id)).as("%s comes once", id).isTrue();
    }
    return ids;
  }

  /** Distances, since neighbours at the same distance may come in any order. */
  private void nearest(SnapshotHandle table, Map<String, Doc> docs) {
    float[] query = {random.nextInt(50), random.nextInt(50), random.nextInt(50), 1};
    List<Double> expected =
        docs.values().stream().map(d -> distance(query, d.emb())).sorted().limit(10).toList();
    for (boolean useIndex : new boolean[] {true, false}) {
      ScanRequest request =
          ScanRequest.of("id", ScanRequest.DISTANCE)
              .nearest(new ScanRequest.Nearest("emb", query, 10, useIndex));
      List<Double> found = new ArrayList<>();
      for (List<Value> row : RowBatches.readAll(table.scan(request))) {
        String id = ((Value.Text) row.get(0)).value();
        double distance = ((Value.Real) row.get(1)).value();
        assertThat(distance)
            .as(String.format(Locale.ROOT, "distance of %s", id))
            .isEqualTo(distance(query, docs.get(id).emb()));
        found.add(distance);
      }
      found.sort(null);
      assertThat(found).as("nearest neighbours, index %s", useIndex).isEqualTo(expected);
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
