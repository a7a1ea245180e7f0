package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.cache.SerialQueue;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query does while the cache has nothing of a large table, or no room for it. */
class ColdCacheTest {

  private static final int NODES = (int) TableCache.SMALL_ROWS + 1_000;
  private static final String FROM_ONE =
      "match { $a: N { name: \"n7\" }  $a $e:e $b  $b e $c } return { $b.name, $c.x, $e.w }";
  private static final String FROM_ALL =
      "match { $a: N  $a $e:e $b  $b.x < 9 } return { $a.name, $e.w }";

  @TempDir Path folder;
  private GraphFixture graph;

  @BeforeEach
  void fill() {
    graph =
        new GraphFixture(folder, "node N { name: String @key x: I32 } edge E: N -> N { w: I32 }");
    List<List<Value>> nodes = new ArrayList<>();
    List<List<Value>> edges = new ArrayList<>();
    TableKey n = TableKey.node("N");
    TableKey e = TableKey.edge("E");
    for (int i = 0; i < NODES; i++) {
      String name = "n" + i;
      String next = "n" + (i * 31L + 5) % NODES;
      nodes.add(graph.row(n, List.of(name), GraphFixture.map("name", name, "x", i % 100)));
      edges.add(graph.row(e, List.of("e" + i, name, next), GraphFixture.map("w", i)));
    }
    graph.change(n, List.of(), nodes).change(e, List.of(), edges);
    graph.maintain(n, (m, h) -> m.createIndex(h, new IndexSpec("id", IndexSpec.Kind.BTREE)));
    graph.maintain(e, (m, h) -> m.createIndex(h, new IndexSpec("src", IndexSpec.Kind.BTREE)));
  }

  @AfterEach
  void close() {
    graph.engine.close();
    graph.close();
  }

  private record Answer(List<String> rows, QueryProfile profile) {}

  private Answer ask(QueryEngine engine, String body) {
    CompiledQuery.Read query = graph.compile("query q() { " + body + " }");
    try (QueryCursor cursor =
        engine.execute(
            query,
            ParameterBinder.bind(query, Map.of(), GraphFixture.NOW),
            graph.snapshot(),
            QueryOptions.DEFAULT)) {
      List<String> rows =
          GraphFixture.read(cursor).stream().map(GraphFixture::text).sorted().toList();
      return new Answer(rows, cursor.profile());
    }
  }

  private List<String> scanned(String body) {
    return graph.texts(body, QueryOptions.DEFAULT.withPath(AccessPath.SCAN)).stream()
        .sorted()
        .toList();
  }

  @Test
  void aQueryFromOneNodeIsAnsweredByIndicesWhileTheCacheIsBuiltBehindIt() throws Exception {
    CountDownLatch mayBuild = new CountDownLatch(1);
    List<SerialQueue> busy = new ArrayList<>();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 2; i++) {
        SerialQueue queue = new SerialQueue("waiting");
        busy.add(queue);
        queue.submit(() -> awaitQuietly(mayBuild));
      }

      Answer cold = ask(graph.engine, FROM_ONE);

      assertThat(cold.rows()).isNotEmpty().isEqualTo(scanned(FROM_ONE));
      assertThat(cold.profile().text())
          .contains("not in the cache yet")
          .doesNotContain("[resident");
      assertThat(graph.engine.cacheStatistics().builds()).isZero();
    } finally {
      mayBuild.countDown();
      busy.forEach(SerialQueue::close);
    }
    graph.engine.awaitIdle();
    Answer warm = ask(graph.engine, FROM_ONE);
    assertThat(warm.rows()).isEqualTo(scanned(FROM_ONE));
    assertThat(warm.profile().text()).contains("[resident: cached").doesNotContain("[indexed");
    assertThat(warm.profile().cacheMisses()).isZero();
  }

  @Test
  void explainingTellsWhatWouldBeBuiltAndBuildsNothing() throws Exception {
    CompiledQuery.Read query = graph.compile("query q() { " + FROM_ALL + " }");
    String cold = explain(query);
    assertThat(cold)
        .contains("NodeScan $a: N [resident: cold, would build rows, column name, column x]")
        .contains("[resident: cold, would build rows, outgoing lists, column w]");
    assertThat(graph.engine.cacheStatistics().builds()).isZero();
    assertThat(graph.engine.cacheStatistics().entries()).isZero();
    String selective = explain(graph.compile("query q() { " + FROM_ONE + " }"));
    assertThat(selective).contains("[indexed").contains("not in the cache yet");
    graph.engine.awaitIdle();
    assertThat(graph.engine.cacheStatistics().entries()).isZero();

    ask(graph.engine, FROM_ALL);

    long builds = graph.engine.cacheStatistics().builds();
    assertThat(explain(query)).contains("[resident: cached").doesNotContain("cold");
    assertThat(graph.engine.cacheStatistics().builds()).isEqualTo(builds);
  }

  private String explain(CompiledQuery.Read query) {
    return graph
        .engine
        .explain(
            query,
            ParameterBinder.bind(query, Map.of(), GraphFixture.NOW),
            graph.snapshot(),
            QueryOptions.DEFAULT)
        .planText();
  }

  /** Time stands still but for what a test adds; builds wait for a latch before they begin. */
  private static final class HeldBuilds implements LongSupplier {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long getAsLong() {
      if (Thread.currentThread().getName().startsWith("og-build-")) {
        begun.countDown();
        awaitQuietly(mayGoOn);
      }
      return nanos.get();
    }
  }

  @Test
  void aQueryThatWaitsForABuildEndsInTimeAndLeavesTheBuildToOthers() throws Exception {
    HeldBuilds clock = new HeldBuilds();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (QueryEngine engine =
        new QueryEngine(graph.handles, graph.storage.allocator(), 256L << 20, null, clock)) {
      Cancellation leaving = new Cancellation();
      QueryOptions hurried =
          QueryOptions.DEFAULT.withLimits(
              QueryLimits.DEFAULT.withTime(java.time.Duration.ofSeconds(5)));
      Future<String> first = threads.submit(() -> codeOfFailure(engine, hurried));
      clock.begun.await();
      Future<String> second =
          threads.submit(
              () -> codeOfFailure(engine, QueryOptions.DEFAULT.withCancellation(leaving)));
      Future<Answer> patient = threads.submit(() -> ask(engine, FROM_ALL));

      leaving.cancel();
      assertThat(second.get()).isEqualTo("query_cancelled");
      assertThat(first.isDone()).isFalse();
      clock.nanos.addAndGet(6_000_000_000L);
      assertThat(first.get()).isEqualTo("query_timeout");
      assertThat(engine.cacheStatistics().entries()).isZero();
      assertThat(patient.isDone()).isFalse();

      clock.mayGoOn.countDown();
      assertThat(patient.get().rows()).isEqualTo(scanned(FROM_ALL));
      try (QueryEngine alone = graph.newEngine(256L << 20, null)) {
        ask(alone, FROM_ALL);
        assertThat(engine.cacheStatistics().builds()).isEqualTo(alone.cacheStatistics().builds());
      }
    } finally {
      clock.mayGoOn.countDown();
      threads.shutdown();
    }
  }

  @Test
  void aBuildThatNobodyWaitsForAnyMoreServesTheNextQuery() throws Exception {
    HeldBuilds clock = new HeldBuilds();
    try (QueryEngine engine =
        new QueryEngine(graph.handles, graph.storage.allocator(), 256L << 20, null, clock)) {
      Cancellation gone = new Cancellation();
      gone.cancel();
      assertThat(codeOfFailure(engine, QueryOptions.DEFAULT.withCancellation(gone)))
          .isEqualTo("query_cancelled");
      clock.mayGoOn.countDown();
      engine.awaitIdle();
      long left = engine.cacheStatistics().builds();
      assertThat(left).isPositive();
      assertThat(ask(engine, FROM_ALL).profile().cacheHits()).isGreaterThanOrEqualTo((int) left);
    } finally {
      clock.mayGoOn.countDown();
    }
  }

  private String codeOfFailure(QueryEngine engine, QueryOptions options) {
    CompiledQuery.Read query = graph.compile("query q() { " + FROM_ALL + " }");
    try (QueryCursor cursor =
        engine.execute(
            query,
            ParameterBinder.bind(query, Map.of(), GraphFixture.NOW),
            graph.snapshot(),
            options)) {
      return "none, " + GraphFixture.read(cursor).size() + " rows";
    } catch (GraphException e) {
      return e.code();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void manyColdQueriesAtOnceBuildEverythingOnce() throws Exception {
    try (QueryEngine alone = graph.newEngine(256L << 20, null)) {
      ask(alone, FROM_ALL);
      long once = alone.cacheStatistics().builds();
      List<Callable<Answer>> queries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String body = i % 2 == 0 ? FROM_ALL : FROM_ONE;
        queries.add(() -> ask(graph.engine, body));
      }
      ExecutorService threads = Executors.newFixedThreadPool(queries.size());
      List<Answer> answers = new ArrayList<>();
      try {
        for (Future<Answer> answer : threads.invokeAll(queries)) {
          answers.add(answer.get());
        }
      } finally {
        threads.shutdown();
      }
      graph.engine.awaitIdle();
      assertThat(answers.get(0).rows()).isEqualTo(scanned(FROM_ALL));
      assertThat(answers.get(1).rows()).isEqualTo(scanned(FROM_ONE));
      assertThat(graph.engine.cacheStatistics().builds()).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 900, 1_800, 2_700})
  void aBudgetThatIsTooSmallChangesNoAnswerAndIsKept(int kilobytes) throws Exception {
    try (QueryEngine small = graph.newEngine(kilobytes * 1024L, null)) {
      for (int round = 0; round < 3; round++) {
        for (String body : List.of(FROM_ONE, FROM_ALL)) {
          assertThat(ask(small, body).rows()).isEqualTo(scanned(body));
        }
        small.awaitIdle();
        assertThat(small.cacheStatistics().heldBytes()).isLessThanOrEqualTo(kilobytes * 1024L);
      }
    }
  }
}
