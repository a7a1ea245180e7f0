package io.omnigraph;

import static io.omnigraph.RankingModel.fused;
import static io.omnigraph.RankingModel.limited;
import static io.omnigraph.RankingModel.ranked;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.RankingModel.Doc;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.ResultRows;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rankings by text, by vector and by both, on graphs whose rows come, change and go while indices
 * are built, extended, folded and inherited by branches: order and scores are those of a naive
 * evaluator over the living rows, whatever the indices still know. Repeat one run with {@code
 * -Dseed=n}.
 */
class RankingAgreementTest {

  private static final String SCHEMA =
      """
      node Doc {
        name: String @key
        body: String? @index
        at: Vector(3)?
        n: I32
      }
      edge Cites: Doc -> Doc
      """;

  private static final TableKey DOC = TableKey.node("Doc");
  private static final String[] WORDS = {
    "river", "River", "stone", "bridge", "hill", "über", "日本", "x1", "it's"
  };
  private static final int IDS = 90;
  private static final int STEPS = 26;

  private record Moment(ReadTarget target, RankingModel model) {}

  @TempDir Path folder;
  private final List<Moment> moments = new ArrayList<>();
  private RandomHistory<RankingModel> history;
  private Random random;

  static List<Long> seeds() {
    return RandomHistory.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void rankingsAreThoseOfTheLivingRows(long seed) {
    moments.clear();
    try (var run = new RandomHistory<>(folder, SCHEMA, seed, new RankingModel())) {
      history = run;
      random = run.random;
      run.tell(
          () -> {
            load("main", 50);
            if (random.nextInt(4) > 0) {
              run.graph().ensureIndices(BranchName.MAIN, 1);
            }
            for (int i = 0; i < STEPS; i++) {
              step(run.anyBranch(), i);
            }
            run.forEachBranch(branch -> check(ReadTarget.branch(branch), run.model(branch)));
          });
    }
  }

  private void step(String branch, int number) {
    int dice = random.nextInt(22);
    String at = branch;
    if (dice < 5) {
      load(branch, 1 + random.nextInt(10));
    } else if (dice < 10) {
      delete(branch);
    } else if (dice < 12) {
      updateBody(branch);
    } else if (dice < 13) {
      updateNumber(branch);
    } else if (dice < 14) {
      history.graph().optimize(BranchName.of(branch));
    } else if (dice < 16) {
      if (random.nextBoolean()) {
        delete(branch);
      }
      maintain(branch, TableMaintenance::compact);
    } else if (dice < 18) {
      if (random.nextBoolean()) {
        load(branch, 1 + random.nextInt(20));
      }
      maintain(branch, TableMaintenance::optimizeIndices);
    } else if (dice < 19) {
      IndexSpec.Kind kind = random.nextBoolean() ? IndexSpec.Kind.FULL_TEXT : IndexSpec.Kind.VECTOR;
      String column = kind == IndexSpec.Kind.FULL_TEXT ? "body" : "at";
      maintain(branch, (m, table) -> m.createIndex(table, new IndexSpec(column, kind)));
    } else if (dice < 21 && history.branches.size() < 4) {
      at = "b" + number;
      history.createBranch(at, branch, history.model(branch).copy());
    } else {
      history.reopen();
    }
    history.note(at + ":" + dice);
    check(ReadTarget.branch(at), history.model(at));
    if (number % 6 == 0) {
      Snapshot now = history.graph().snapshot(ReadTarget.branch(at));
      moments.add(
          new Moment(
              new ReadTarget.ManifestVersion(BranchName.of(at), now.manifestVersion()),
              history.model(at).copy()));
    }
    if (number % 5 == 4) {
      Moment moment = moments.get(random.nextInt(moments.size()));
      check(moment.target(), moment.model());
    }
  }

  private void maintain(
      String branch, BiFunction<TableMaintenance, SnapshotHandle, SnapshotHandle> work) {
    history
        .graph()
        .engine()
        .lanes()
        .maintain(BranchName.of(branch), snapshot -> Map.of(DOC, work::apply));
  }

  // ---- changes

  private void load(String branch, int rows) {
    RankingModel model = history.model(branch);
    StringBuilder records = new StringBuilder();
    for (String name : some("d", rows)) {
      Doc doc = new Doc(body(), vector(), random.nextInt(3));
      model.docs().put(name, doc);
      records.append("{\"type\":\"Doc\",\"data\":{\"name\":\"").append(name).append('"');
      if (doc.body() != null) {
        records.append(",\"body\":\"").append(doc.body()).append('"');
      }
      if (doc.at() != null) {
        records.append(",\"at\":[%s,%s,%s]".formatted(doc.at()[0], doc.at()[1], doc.at()[2]));
      }
      records.append(",\"n\":").append(doc.n()).append("}}\n");
    }
    List<String> names = List.copyOf(model.docs().keySet());
    for (String id : some("e", rows / 2 + 1)) {
      String from = names.get(random.nextInt(Math.min(3, names.size())));
      String to = names.get(random.nextInt(names.size()));
      model.edges().put(id, from + ">" + to);
      records.append(
          "{\"edge\":\"Cites\",\"from\":\"%s\",\"to\":\"%s\",\"data\":{\"id\":\"%s\"}}\n"
              .formatted(from, to, id));
    }
    TestGraphs.load(history.graph(), branch, LoadMode.MERGE, records.toString());
  }

  private Set<String> some(String prefix, int count) {
    Set<String> names = new TreeSet<>();
    while (names.size() < count) {
      names.add(prefix + "%02d".formatted(random.nextInt(IDS)));
    }
    return names;
  }

  private String name() {
    return some("d", 1).iterator().next();
  }

  private @Nullable String body() {
    int kind = random.nextInt(14);
    if (kind < 3) {
      return kind == 0 ? null : kind == 1 ? "" : "... !";
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i >= 0; i--) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(4) == 0 ? ", " : " ");
    }
    return text.toString();
  }

  private float @Nullable [] vector() {
    return random.nextInt(6) == 0
        ? null
        : new float[] {random.nextInt(4), random.nextInt(4), random.nextInt(4)};
  }

  private void delete(String branch) {
    RankingModel model = history.model(branch);
    Set<String> gone = new TreeSet<>();
    if (random.nextBoolean()) {
      gone.add(name());
      TestGraphs.mutate(
          history.graph(),
          branch,
          "query q($s: String) { delete Doc where name = $s }",
          Map.of("s", gone.iterator().next()));
    } else {
      int n = random.nextInt(3);
      model.docs().forEach((name, doc) -> gone.addAll(doc.n() == n ? Set.of(name) : Set.of()));
      TestGraphs.mutate(
          history.graph(), branch, "query q($n: I32) { delete Doc where n = $n }", Map.of("n", n));
    }
    model.docs().keySet().removeAll(gone);
    model
        .edges()
        .values()
        .removeIf(e -> gone.contains(e.split(">")[0]) || gone.contains(e.split(">")[1]));
  }

  private void updateBody(String branch) {
    String name = name();
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("s", name);
    parameters.put("b", body());
    TestGraphs.mutate(
        history.graph(),
        branch,
        "query q($s: String, $b: String?) { update Doc set { body: $b } where name = $s }",
        parameters);
    history
        .model(branch)
        .docs()
        .computeIfPresent(
            name, (key, doc) -> new Doc((String) parameters.get("b"), doc.at(), doc.n()));
  }

  private void updateNumber(String branch) {
    int from = random.nextInt(3);
    int to = random.nextInt(3);
    TestGraphs.mutate(
        history.graph(),
        branch,
        "query q($a: I32, $b: I32) { update Doc set { n: $b } where n = $a }",
        Map.of("a", from, "b", to));
    history
        .model(branch)
        .docs()
        .replaceAll((key, doc) -> doc.n() == from ? new Doc(doc.body(), doc.at(), to) : doc);
  }

  // ---- questions

  private void check(ReadTarget target, RankingModel model) {
    String words = WORDS[random.nextInt(WORDS.length)];
    for (int i = random.nextInt(3); i > 0; i--) {
      words += " " + WORDS[random.nextInt(WORDS.length)];
    }
    float[] point = {random.nextInt(4), random.nextInt(4), random.nextInt(4)};
    String text = "bm25($d.body, \"" + words + "\")";
    String near = "nearest($d.at, [%s, %s, %s])".formatted(point[0], point[1], point[2]);
    int limit = random.nextInt(5) == 0 ? 500 : 1 + random.nextInt(8);
    Map<String, Double> scores = model.scores(words);
    Map<String, Double> distances = model.distances(point);
    List<Map.Entry<String, Set<String>>> patterns =
        List.copyOf(model.patterns(random.nextInt(3)).entrySet());
    for (var pattern : List.of(patterns.get(random.nextInt(patterns.size())))) {
      Set<String> candidates = pattern.getValue();
      List<String> byText = ranked(candidates, scores, true);
      List<String> byPlace = ranked(candidates, distances, false);
      expect(target, pattern.getKey(), text, -1, byText, scores);
      expect(target, pattern.getKey(), text, limit, byText, scores);
      expect(target, pattern.getKey(), near, limit, byPlace, distances);
      Map<String, Double> fused = fused(limited(byPlace, limit), byText);
      List<String> best = new ArrayList<>(fused.keySet());
      best.sort(Comparator.comparing(fused::get).reversed());
      expect(target, pattern.getKey(), "rrf(" + near + ", " + text + ", 7)", limit, best, fused);
    }
  }

  private void expect(
      ReadTarget target,
      String pattern,
      String ranking,
      int limit,
      List<String> all,
      Map<String, Double> values) {
    String query =
        "query q() { match { %s } return { $d.name as name, %s as value } order { %s }%s }"
            .formatted(pattern, ranking, ranking, limit < 0 ? "" : " limit " + limit);
    boolean repeats = pattern.contains("cites") && !ranking.startsWith("rrf");
    for (AccessPath path : AccessPath.values()) {
      List<String> names = new ArrayList<>();
      String where = path + " at " + target + ": " + query;
      try (QueryCursor cursor =
          history
              .graph()
              .query(query, null, Map.of(), target, QueryOptions.DEFAULT.withPath(path))) {
        for (Map<String, Object> row : ResultRows.readAll(cursor, ResultRows.Integers.NATIVE)) {
          String name = String.valueOf(row.get("name"));
          assertThat(values).as(where).containsKey(name);
          assertThat((Double) row.get("value"))
              .as("%s of %s", where, name)
              .isCloseTo(values.get(name), org.assertj.core.data.Percentage.withPercentage(0.0001));
          if (!repeats || names.isEmpty() || !names.getLast().equals(name)) {
            names.add(name);
          }
        }
      }
      // Several rows of one node take places of a limit, so there it may reach fewer nodes.
      List<String> expected = limited(all, limit);
      assertThat(names)
          .as(where)
          .isEqualTo(repeats && limit >= 0 ? limited(expected, names.size()) : expected);
    }
  }
}
