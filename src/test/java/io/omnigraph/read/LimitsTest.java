package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.GoneException;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A query stays within what it may use, whatever it asks for. */
class LimitsTest {

  private static final int NODES = 1000;
  private static final Parameters NONE = new Parameters(Map.of(), GraphFixture.NOW);

  @TempDir Path folder;
  private GraphFixture graph;

  @BeforeEach
  void fill() {
    graph = new GraphFixture(folder, "node N { name: String @key x: I32 } edge E: N -> N");
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String name = "n" + i;
      rows.add(
          graph.row(TableKey.node("N"), List.of(name), GraphFixture.map("name", name, "x", i)));
    }
    graph.change(TableKey.node("N"), List.of(), rows);
  }

  @AfterEach
  void close() {
    assertThat(graph.storage.allocator().getAllocatedMemory()).isZero();
    graph.close();
  }

  @Test
  void aRunawayCrossProductStreamsAndStopsWhenTheCursorCloses() {
    CompiledQuery.Read query =
        graph.compile(
            "query q() { match { $a: N  $b: N  $c: N  $d: N } return { $a.name, $d.x } }");
    try (QueryCursor cursor = graph.engine.execute(query, NONE, graph.snapshot())) {
      for (int i = 0; i < 5; i++) {
        assertThat(cursor.next()).isNotNull();
      }
    }
    assertThat(graph.storage.allocator().getAllocatedMemory()).isZero();
  }

  @Test
  void aClosedCursorGivesNothing() {
    CompiledQuery.Read query = graph.compile("query q() { match { $a: N } return { $a.name } }");
    QueryCursor cursor = graph.engine.execute(query, NONE, graph.snapshot());
    cursor.close();
    cursor.close();
    assertThat(cursor.next()).isNull();
  }

  @Test
  void rowsBeyondTheLimitAreAnError() {
    assertThatThrownBy(
            () ->
                graph.rows(
                    "match { $a: N } return { $a.name }",
                    QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withRows(NODES - 1))))
        .isInstanceOfSatisfying(
            ResourceLimitException.class, e -> assertThat(e.code()).isEqualTo("query_row_limit"));
    assertThat(
            graph.rows(
                "match { $a: N } return { $a.name }",
                QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withRows(NODES))))
        .hasSize(NODES);
  }

  @Test
  void keptRowsBeyondTheMemoryLimitAreAnError() {
    QueryOptions little =
        QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withMemoryBytes(2_000_000));
    assertThatThrownBy(
            () ->
                graph.rows(
                    "match { $a: N  $b: N } return { $a.name } order { $b.x, $a.x }", little))
        .isInstanceOfSatisfying(
            ResourceLimitException.class,
            e -> assertThat(e.code()).isEqualTo("query_memory_limit"));
    assertThat(
            graph.rows(
                "match { $a: N  $b: N } return { $a.name } order { $b.x, $a.x } limit 3", little))
        .hasSize(3);
  }

  @Test
  void timeBeyondTheLimitIsAnError() {
    AtomicLong clock = new AtomicLong();
    QueryEngine engine =
        new QueryEngine(
            graph.handles,
            graph.storage.allocator(),
            1 << 20,
            null,
            () -> clock.addAndGet(1_000_000));
    CompiledQuery.Read query =
        graph.compile("query q() { match { $a: N  $b: N } return { count($b) } }");
    QueryOptions short_ =
        QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withTime(Duration.ofMillis(50)));
    assertThatThrownBy(
            () -> {
              try (QueryCursor cursor = engine.execute(query, NONE, graph.snapshot(), short_)) {
                cursor.next();
              }
            })
        .isInstanceOfSatisfying(
            ResourceLimitException.class, e -> assertThat(e.code()).isEqualTo("query_timeout"));
  }

  @Test
  void countingAHugeCrossProductNeedsNoMemoryAndEndsWhenAnotherThreadCancelsIt() throws Exception {
    CompiledQuery.Read query =
        graph.compile("query q() { match { $a: N  $b: N  $c: N  $d: N } return { count($d) } }");
    QueryOptions little =
        QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withMemoryBytes(1_000_000));
    try (QueryCursor cursor = graph.engine.execute(query, NONE, graph.snapshot(), little)) {
      CountDownLatch begun = new CountDownLatch(1);
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    begun.countDown();
                    try {
                      cursor.next();
                    } catch (GoneException e) {
                      end.set(e);
                    }
                  });
      begun.await();
      cursor.cancel();
      reader.join(Duration.ofSeconds(60));
      assertThat(end.get())
          .isInstanceOfSatisfying(
              GoneException.class, e -> assertThat(e.code()).isEqualTo("query_cancelled"));
    }
  }

  /** Every look at the clock is a millisecond; few looks would never reach the limit. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "match { $a: N  $a e{1,900} $b } return { count($b) }",
        "match { $a: N  $b: N  $a e{2,900} $b } return { count($b) }",
        "match { $a: N  not { $a e{2,900} $b  $b.x < 0 } } return { count($a) }",
        "match { $a: N  $b: N  $a.x < $b.x } return { $a.x, count($b) }",
        "match { $a: N  $b: N } return { $a.name } order { $b.x, $a.x } limit 5",
      })
  void longOperatorsLookAtTheClock(String body) {
    List<List<Value>> ring = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      ring.add(
          graph.row(
              TableKey.edge("E"), List.of("e" + i, "n" + i, "n" + (i + 1) % NODES), Map.of()));
    }
    graph.change(TableKey.edge("E"), List.of(), ring);
    AtomicLong clock = new AtomicLong();
    CompiledQuery.Read query = graph.compile("query q() { " + body + " }");
    QueryOptions options =
        QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withTime(Duration.ofMillis(200)));
    try (QueryEngine engine =
        new QueryEngine(
            graph.handles,
            graph.storage.allocator(),
            16 << 20,
            null,
            () -> clock.addAndGet(1_000_000))) {
      assertThatThrownBy(
              () -> {
                try (QueryCursor cursor = engine.execute(query, NONE, graph.snapshot(), options)) {
                  cursor.next();
                }
              })
          .isInstanceOfSatisfying(
              ResourceLimitException.class, e -> assertThat(e.code()).isEqualTo("query_timeout"));
    }
  }

  @Test
  void aWalkThatRemembersManyNodesCountsAgainstTheMemoryLimit() {
    graph.edge("E", "e1", "n1", "n2");
    assertThatThrownBy(
            () ->
                graph.rows(
                    "match { $a: N  $a e{1,3} $b } return { $b.name }",
                    QueryOptions.DEFAULT.withLimits(QueryLimits.DEFAULT.withMemoryBytes(4_000))))
        .isInstanceOfSatisfying(
            ResourceLimitException.class,
            e -> assertThat(e.code()).isEqualTo("query_memory_limit"));
  }

  @Test
  void aSmallCacheAnswersTheSameByLookups() {
    graph.edge("E", "e1", "n1", "n2").edge("E", "e2", "n2", "n3");
    String query = "match { $a: N { name: \"n1\" }  $a e{1,2} $b } return { $b.name, $b.x }";
    List<String> roomy = graph.texts(query);
    graph.engine = graph.newEngine(1000, null);
    assertThat(graph.texts(query)).containsExactlyInAnyOrderElementsOf(roomy);
    CompiledQuery.Read compiled = graph.compile("query q() { " + query + " }");
    QueryProfile profile =
        graph.engine.explain(compiled, NONE, graph.snapshot(), QueryOptions.DEFAULT);
    assertThat(profile.text()).contains("the cache budget has no room for the table");
    assertThat(graph.engine.cacheStatistics().heldBytes()).isZero();
  }

  @Test
  void aProfileTellsOperatorsPathsRowsAndTime() {
    CompiledQuery.Read query =
        graph.compile(
            "query q() { match { $a: N  $a.x < 10  $a e $b } return { $a.name } order { $a.x }"
                + " limit 2 }");
    try (QueryCursor cursor =
        graph.engine.execute(
            query, NONE, graph.snapshot(), QueryOptions.DEFAULT.withProfile(true))) {
      GraphFixture.read(cursor);
      QueryProfile profile = cursor.profile();
      assertThat(profile.root().name()).isEqualTo("Limit");
      QueryProfile.Operator expand = profile.root().children().get(0).children().get(0);
      assertThat(expand.name()).isEqualTo("Expand");
      assertThat(expand.path()).isEqualTo(AccessPath.RESIDENT.word());
      QueryProfile.Operator scan = expand.children().get(0);
      assertThat(scan.name()).isEqualTo("NodeScan");
      assertThat(scan.detail()).isEqualTo("$a: N where $a.x < 10");
      assertThat(scan.rows()).isEqualTo(10);
      assertThat(scan.nanos()).isPositive();
      assertThat(profile.cacheMisses()).isPositive();
    }
  }
}
