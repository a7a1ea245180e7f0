package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.cache.CacheStatistics;
import io.omnigraph.storage.TableMaintenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words that are kept in memory: when they are read, and that they answer as storage does. */
class InvertedIndexTest {

  private static final TableKey DOC = TableKey.node("Doc");
  private static final int DOCS = 3_000;
  private static final String FOUR_WORDS =
      "match { $d: Doc } return { $d.name, bm25($d.body, \"w1 w2 w30 W400\") as score }"
          + " order { bm25($d.body, \"w1 w2 w30 W400\") } limit 40";
  private static final String TEST =
      "match { $d: Doc  search($d.body, \"w1 w7 w90\") } return { $d.name } order { $d.name }";

  @TempDir Path folder;
  private final Random random = new Random(5);
  private GraphFixture graph;

  @BeforeEach
  void fill() {
    graph = new GraphFixture(folder, "node Doc { name: String @key  body: String? }");
    graph.change(DOC, List.of(), docs("d", DOCS));
  }

  @AfterEach
  void close() {
    graph.engine.close();
    graph.close();
  }

  private List<List<Value>> docs(String prefix, int count) {
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "%s%05d".formatted(prefix, i);
      StringBuilder body = new StringBuilder();
      for (int w = random.nextInt(30); w > 0; w--) {
        body.append('w').append((int) Math.pow(1000, random.nextDouble())).append(' ');
      }
      rows.add(
          graph.row(
              DOC,
              List.of(name),
              GraphFixture.map("name", name, "body", i % 50 == 9 ? null : body.toString())));
    }
    return rows;
  }

  private List<String> ask(
      QueryEngine engine, Snapshot snapshot, String body, QueryOptions options) {
    CompiledQuery.Read query = graph.compile("query q() { " + body + " }");
    try (QueryCursor cursor =
        engine.execute(
            query, ParameterBinder.bind(query, Map.of(), GraphFixture.NOW), snapshot, options)) {
      return GraphFixture.read(cursor).stream().map(GraphFixture::text).toList();
    }
  }

  private void assertAnswersAsStorageDoes(QueryEngine engine, Snapshot snapshot) {
    for (String query : List.of(FOUR_WORDS, TEST)) {
      assertThat(ask(engine, snapshot, query, QueryOptions.DEFAULT))
          .isNotEmpty()
          .isEqualTo(ask(engine, snapshot, query, QueryOptions.DEFAULT.withPath(AccessPath.SCAN)));
    }
  }

  @Test
  void rankingsAndTestsAnswerAsStorageDoesToTheLastBit() {
    assertAnswersAsStorageDoes(graph.engine, graph.snapshot());
  }

  @Test
  void afterAWriteNothingIsBuiltAnewAndTheAnswerIsThatOfTheNewRows() {
    ask(graph.engine, graph.snapshot(), FOUR_WORDS, QueryOptions.DEFAULT);
    CacheStatistics before = graph.engine.cacheStatistics();

    graph.change(DOC, List.of("d00001", "d00002"), docs("e", 5));
    assertAnswersAsStorageDoes(graph.engine, graph.snapshot());

    CacheStatistics after = graph.engine.cacheStatistics();
    assertThat(after.builds()).isEqualTo(before.builds());
    assertThat(after.advances()).isGreaterThan(before.advances());
  }

  @Test
  void rowsThatWereDeletedWhenTheirFileWasReadAreRankedInThePast() {
    Snapshot past = graph.snapshot();
    List<String> gone = new ArrayList<>();
    for (int i = 0; i < DOCS; i += 2) {
      gone.add("d%05d".formatted(i));
    }
    graph.change(DOC, gone, docs("e", 20));

    assertAnswersAsStorageDoes(graph.engine, graph.snapshot());
    assertAnswersAsStorageDoes(graph.engine, past);
    assertAnswersAsStorageDoes(graph.engine, graph.snapshot());
    assertThat(ask(graph.engine, past, TEST, QueryOptions.DEFAULT))
        .anyMatch(name -> gone.contains(name));
  }

  @Test
  void foldedFilesAreReadAgain() {
    ask(graph.engine, graph.snapshot(), FOUR_WORDS, QueryOptions.DEFAULT);
    graph.change(DOC, List.of("d00003"), docs("e", 50));
    graph.maintain(DOC, TableMaintenance::compact);

    assertAnswersAsStorageDoes(graph.engine, graph.snapshot());
  }

  @Test
  void aBudgetWithoutRoomForTheWordsAnswersFromStorage() {
    try (QueryEngine tight = graph.newEngine(400 << 10, null)) {
      for (int i = 0; i < 3; i++) {
        assertAnswersAsStorageDoes(tight, graph.snapshot());
      }
      assertThat(tight.cacheStatistics().refusals()).isPositive();
    }
  }
}
