package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.Value;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Bm25;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The answer of a search is the same without an index, with a partial one and with a full one. */
class FullTextSearchTest {

  private static final String[] WORDS = {
    "river",
    "River",
    "RIVERS",
    "stone",
    "Stone,",
    "bridge",
    "Überall",
    "überall",
    "straße",
    "STRASSE",
    "naïve",
    "naive",
    "ΣΟΦΟΣ",
    "σοφος",
    "σοφός",
    "x1",
    "1x",
    "日本語",
    "日本",
    "it's",
    "don't",
    "C3PO",
    "½",
    "Ⅷ",
    "the",
    "a",
    "running",
    "run",
    "e-mail",
    "foo_bar",
    "rıver",
    "İstanbul"
  };

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;
  private TableStorage storage;

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(GraphUri.local(directory), StorageOptions.defaults()));
  }

  @Test
  void indexCoverageNeverChangesWhichRowsMatch() {
    long seed = 20_26L;
    Random random = new Random(seed);
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w <= random.nextInt(6); w++) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : ". ");
      }
      rows.add(row("r" + i, i % 13 == 0 ? null : text.toString()));
    }
    SnapshotHandle none = create(storage, "nodes/t", ID_BODY, firstRows(rows, 0, 30));
    SnapshotHandle partial = index(none);
    none.close();
    partial = append(storage, partial, firstRows(rows, 30, 45));
    SnapshotHandle partialMore = append(storage, partial, firstRows(rows, 45, 60));
    SnapshotHandle plain = create(storage, "nodes/plain", ID_BODY, firstRows(rows, 0, 60));
    try (SnapshotHandle some = partialMore;
        SnapshotHandle unindexed = plain;
        SnapshotHandle full = storage.maintenance().optimizeIndices(some)) {
      for (String word : WORDS) {
        for (int edits = 0; edits <= 2; edits++) {
          FullText search = new FullText("body", word, edits);
          TreeSet<String> expected = expected(rows, search);
          String what = "seed " + seed + ": " + search;
          assertThat(found(unindexed, search)).as("no index, %s", what).isEqualTo(expected);
          assertThat(found(some, search)).as("partial index, %s", what).isEqualTo(expected);
          assertThat(found(full, search)).as("full index, %s", what).isEqualTo(expected);
        }
      }
    }
  }

  private static TreeSet<String> expected(List<List<Value>> rows, FullText search) {
    FullTextTerms terms = FullTextTerms.of(search.query(), search.maxEdits());
    TreeSet<String> expected = new TreeSet<>();
    for (List<Value> row : rows) {
      if (row.get(1) instanceof Value.Text text && terms.matches(text.value())) {
        expected.add(((Value.Text) row.get(0)).value());
      }
    }
    return expected;
  }

  private static TreeSet<String> found(SnapshotHandle table, FullText search) {
    return new TreeSet<>(ids(table.scan(ScanRequest.of("id").matching(search))));
  }

  @SuppressWarnings("unchecked")
  private static List<Value>[] firstRows(List<List<Value>> rows, int from, int to) {
    return rows.subList(from, to).toArray(List[]::new);
  }

  @Test
  void shorterTextsScoreHigherAndCoverageDoesNotChangeTheScore() {
    List<List<Value>> rows =
        List.of(
            row("1", "river"),
            row("2", "river stone"),
            row("3", "river stone bridge"),
            row("4", "bridge"),
            row("5", null));
    SnapshotHandle plain = create(storage, "nodes/plain", ID_BODY, firstRows(rows, 0, 5));
    SnapshotHandle first = create(storage, "nodes/t", ID_BODY, firstRows(rows, 0, 2));
    SnapshotHandle partial = index(first);
    first.close();
    partial = append(storage, partial, firstRows(rows, 2, 5));
    try (SnapshotHandle unindexed = plain;
        SnapshotHandle some = partial;
        SnapshotHandle full = index(unindexed)) {
      ScanRequest request =
          ScanRequest.of("id", ScanRequest.SCORE).matching(new FullText("body", "river", 0));
      List<List<Value>> byIndex = RowBatches.readAll(full.scan(request));
      assertThat(byIndex)
          .extracting(r -> r.get(0))
          .containsExactly(row("1", "2", "3").toArray(Value[]::new));
      for (SnapshotHandle table : List.of(unindexed, some)) {
        List<List<Value>> flat = RowBatches.readAll(table.scan(request));
        assertThat(flat)
            .extracting(r -> r.get(0))
            .isEqualTo(byIndex.stream().map(r -> r.get(0)).toList());
        for (int i = 0; i < flat.size(); i++) {
          assertThat(((Value.Real) flat.get(i).get(1)).value())
              .isCloseTo(
                  ((Value.Real) byIndex.get(i).get(1)).value(),
                  org.assertj.core.data.Offset.offset(1e-4));
        }
      }
    }
  }

  /** Seven words, so that many texts score nearly the same. */
  @Test
  void theBestFewAreTheSameWhateverTheIndexIsMadeOf() {
    long seed = Long.getLong("seed", 77L);
    Random random = new Random(seed);
    Map<String, String> texts = new TreeMap<>();
    SnapshotHandle plain = create(storage, "nodes/plain", ID_BODY, draw(random, texts, 400));
    best(plain, texts, random, "no index, seed " + seed);
    SnapshotHandle table = index(plain);
    plain.close();
    best(table, texts, random, "a full index, seed " + seed);
    for (int size : new int[] {15, 700, 3}) {
      table = changed(table, t -> append(storage, t, draw(random, texts, size)));
      best(table, texts, random, "a stale index, seed " + seed);
      table = changed(table, t -> storage.maintenance().optimizeIndices(t));
      best(table, texts, random, "several segments, seed " + seed);
    }
    table = changed(table, t -> storage.maintenance().compact(t));
    best(table, texts, random, "segments of one file, seed " + seed);
    List<String> gone = texts.keySet().stream().filter(id -> random.nextInt(4) == 0).toList();
    table = changed(table, t -> commit(storage, stage(storage, t, gone)));
    texts.keySet().removeAll(gone);
    best(table, texts, random, "an index of deleted texts, seed " + seed);
    table = changed(table, t -> storage.maintenance().compact(t));
    best(table, texts, random, "an index of texts deleted for good, seed " + seed);
    table.close();
  }

  @Test
  void allHitsOfAnyNumberOfWordsAreScoredAlikeWhateverTheIndexIsMadeOf() {
    Random random = new Random(78);
    Map<String, String> texts = new TreeMap<>();
    SnapshotHandle table = create(storage, "nodes/plain", ID_BODY, draw(random, texts, 300));
    everyHit(table, texts, "no index");
    table = changed(table, this::index);
    everyHit(table, texts, "a full index");
    table = changed(table, t -> commit(storage, stage(storage, t, List.of("r0003"))));
    texts.remove("r0003");
    everyHit(table, texts, "an index of a deleted text");
    table.close();
  }

  private static void everyHit(SnapshotHandle table, Map<String, String> texts, String state) {
    StringBuilder query = new StringBuilder();
    for (int words = 1; words <= 40; words++) {
      query.append(words % 5 == 0 ? "none" : "W").append(words - 1).append(", ");
      FullTextTerms terms = FullTextTerms.of(query.toString(), 0);
      Bm25 scorer =
          new Bm25(
              texts.size(), texts.values().stream().mapToLong(FullTextTerms::countTokens).sum());
      texts.values().forEach(text -> scorer.countHit(terms.occurrences(text)));
      List<List<Value>> found =
          RowBatches.readAll(
              table.scan(
                  ScanRequest.of("id", ScanRequest.SCORE)
                      .matching(new FullText("body", query.toString(), 0))));
      Map<String, Double> scoreOfText = new TreeMap<>();
      Map<String, Double> scores = new TreeMap<>();
      for (List<Value> hit : found) {
        String id = ((Value.Text) hit.get(0)).value();
        double score = ((Value.Real) hit.get(1)).value();
        scores.put(id, score);
        assertThat(scoreOfText.merge(texts.get(id), score, (a, b) -> a))
            .as("%s: equal texts, %s words", state, words)
            .isEqualTo(score);
      }
      assertThat(scores).hasSameSizeAs(found);
      texts.forEach(
          (id, text) -> {
            double expected = scorer.score(terms.occurrences(text));
            assertThat(scores.getOrDefault(id, 0.0))
                .as("%s: %s for %s", state, id, query)
                .isCloseTo(expected, Percentage.withPercentage(0.001));
          });
    }
  }

  private static SnapshotHandle changed(
      SnapshotHandle table, UnaryOperator<SnapshotHandle> change) {
    try (table) {
      return change.apply(table);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Value>[] draw(Random random, Map<String, String> texts, int count) {
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "r%04d".formatted(texts.size());
      StringBuilder text = new StringBuilder();
      for (int w = random.nextInt(count > 100 ? 20 : 5); w >= 0; w--) {
        text.append("w").append(random.nextInt(7)).append(' ');
      }
      texts.put(id, text.toString());
      rows.add(row(id, text.toString()));
    }
    return rows.toArray(List[]::new);
  }

  private static void best(
      SnapshotHandle table, Map<String, String> texts, Random random, String state) {
    for (String query : List.of("w1", "w2 w5", "w0 w3 w6", "w" + random.nextInt(7) + " none")) {
      FullTextTerms terms = FullTextTerms.of(query, 0);
      Bm25 scorer =
          new Bm25(
              texts.size(), texts.values().stream().mapToLong(FullTextTerms::countTokens).sum());
      texts.values().forEach(text -> scorer.countHit(terms.occurrences(text)));
      for (int limit : new int[] {1, 10, 64}) {
        List<Value> expected =
            texts.values().stream()
                .map(text -> scorer.score(terms.occurrences(text)))
                .filter(score -> score > 0)
                .sorted(Comparator.reverseOrder())
                .limit(limit)
                .map(score -> (Value) new Value.Real(score))
                .toList();
        ScanRequest request =
            ScanRequest.of("id", ScanRequest.SCORE)
                .matching(new FullText("body", query, 0))
                .limit(limit);
        List<List<Value>> found = RowBatches.readAll(table.scan(request));
        assertThat(found).extracting(r -> r.get(1)).as(state + ": " + query).isEqualTo(expected);
        for (List<Value> hit : found) {
          String text = texts.get(((Value.Text) hit.get(0)).value());
          assertThat(hit.get(1)).isEqualTo(new Value.Real(scorer.score(terms.occurrences(text))));
        }
      }
    }
  }

  @Test
  void filtersLimitsAndFragmentsApplyWithAndWithoutIndex() {
    SnapshotHandle plain =
        create(storage, "nodes/t", ID_BODY, row("a", "fox one"), row("b", "fox"), row("c", "dog"));
    try (SnapshotHandle unindexed = append(storage, plain, row("d", "the fox two words"));
        SnapshotHandle full = index(unindexed)) {
      for (SnapshotHandle table : List.of(unindexed, full)) {
        ScanRequest fox = ScanRequest.of("id").matching(new FullText("body", "fox", 0));
        assertThat(ids(table.scan(fox.where(FilterSql.in("id", List.of("a", "c", "d"))))))
            .containsExactlyInAnyOrder("a", "d");
        ScanRequest ranked =
            ScanRequest.of("id", ScanRequest.SCORE).matching(new FullText("body", "fox", 0));
        assertThat(ids(table.scan(ranked.limit(1)))).containsExactly("b");
        assertThat(ids(table.scan(fox.inFragments(List.of(1))))).containsExactly("d");
        assertThat(ids(table.scan(fox.matching(new FullText("body", "...", 0))))).isEmpty();
        try (BatchStream stream = table.scan(fox)) {
          assertThat(stream.next().getSchema().getFields()).hasSize(1);
        }
      }
    }
  }

  @Test
  void deletedRowsAreNotFoundAndNewOnesAre() {
    try (SnapshotHandle table =
            create(storage, "nodes/t", ID_BODY, row("a", "fox"), row("b", "fox"));
        SnapshotHandle indexed = index(table);
        SnapshotHandle changed =
            commit(storage, stage(storage, indexed, List.of("a"), row("a", "bear")))) {
      assertThat(found(changed, new FullText("body", "fox", 0))).containsExactly("b");
      assertThat(found(changed, new FullText("body", "bears", 1))).containsExactly("a");
    }
  }

  @Test
  void rowAddressesAndRowIdsCanBeProjected() {
    SnapshotHandle plain = create(storage, "nodes/t", ID_BODY, row("a", "fox"));
    try (SnapshotHandle unindexed = append(storage, plain, row("b", "bear"), row("c", "fox"));
        SnapshotHandle full = index(unindexed)) {
      for (SnapshotHandle table : List.of(unindexed, full)) {
        assertThat(
                RowBatches.readAll(
                    table.scan(
                        ScanRequest.of("id", "_rowaddr", "_rowid")
                            .matching(new FullText("body", "fox", 0)))))
            .containsExactly(row("a", 0, 0), row("c", (1L << 32) + 1, 2));
        assertThatThrownBy(
                () ->
                    table.scan(
                        ScanRequest.of(ScanRequest.CREATED_AT_VERSION)
                            .matching(new FullText("body", "fox", 0))))
            .isInstanceOf(BadRequestException.class);
      }
    }
  }

  @Test
  void onlyTextColumnsCanBeSearched() {
    try (SnapshotHandle table =
        create(storage, "nodes/t", io.omnigraph.storage.TestTables.ID_NUMBER, row("a", 1))) {
      assertThatThrownBy(() -> table.scan(ScanRequest.of("id").matching(new FullText("n", "x", 0))))
          .isInstanceOf(BadRequestException.class);
    }
  }

  private SnapshotHandle index(SnapshotHandle table) {
    return storage
        .maintenance()
        .createIndex(table, new IndexSpec("body", IndexSpec.Kind.FULL_TEXT));
  }
}
