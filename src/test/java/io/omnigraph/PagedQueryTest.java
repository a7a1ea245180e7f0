package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.ResultRows;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results page by page equal the whole result, whatever is written meanwhile. */
class PagedQueryTest {

  private static final int PEOPLE = 60;
  private static final long SEED = 20_260;

  @TempDir static Path folder;
  private static OmniGraph graph;

  @BeforeAll
  static void fill() {
    graph =
        TestGraphs.init(
            folder.resolve("g.omni"),
            """
            node P { k: String @key n: I64? f: F64? d: Date? b: Bool? tags: [String]? }
            edge E: P -> P { w: I32? }
            """);
    Random random = new Random(SEED);
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      records.append(
          "{\"type\":\"P\",\"data\":{\"k\":\"é%d\",\"n\":%s,\"f\":%s,\"d\":%s,\"b\":%s}}\n"
              .formatted(
                  i,
                  random.nextInt(4) == 0 ? "null" : Long.toString(random.nextLong(5) + (1L << 60)),
                  random.nextInt(4) == 0 ? "null" : Double.toString(random.nextInt(3) - 1.5),
                  random.nextInt(4) == 0 ? "null" : "\"2024-01-0" + (1 + random.nextInt(3)) + "\"",
                  random.nextBoolean()));
    }
    for (int i = 0; i < 3 * PEOPLE; i++) {
      records.append(
          "{\"edge\":\"E\",\"from\":\"é%d\",\"to\":\"é%d\",\"data\":{\"w\":%d}}\n"
              .formatted(random.nextInt(PEOPLE), random.nextInt(6), random.nextInt(3)));
    }
    load(records.toString());
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private static void load(String records) {
    TestGraphs.load(graph, "main", LoadMode.APPEND, records);
  }

  private static List<Map<String, @Nullable Object>> whole(String query, ReadTarget target) {
    try (QueryCursor cursor = graph.query(query, null, Map.of(), target)) {
      return ResultRows.readAll(cursor, ResultRows.Integers.NATIVE);
    }
  }

  private static PagedQuery page(String query, PageRequest page, @Nullable AccessPath path) {
    return graph.queryPage(
        query, null, Map.of(), ReadTarget.MAIN, page, QueryOptions.DEFAULT.withPath(path));
  }

  /** All pages, with something done between two of them. */
  private static List<Map<String, @Nullable Object>> pages(
      String query, int size, @Nullable AccessPath path, Runnable between) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    PageRequest request = PageRequest.first(size);
    while (true) {
      try (PagedQuery page = page(query, request, path)) {
        List<Map<String, @Nullable Object>> some =
            ResultRows.readAll(page.rows(), ResultRows.Integers.NATIVE);
        assertThat(some).hasSizeLessThanOrEqualTo(size);
        rows.addAll(some);
        Optional<String> next = page.nextCursor();
        if (next.isEmpty()) {
          return rows;
        }
        assertThat(some).hasSize(size);
        request = request.next(next.get());
      }
      between.run();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match { $p: P } return { $p.k } order { $p.k asc }",
        "match { $p: P } return { $p.k } order { $p.n desc }",
        "match { $p: P } return { $p.k, $p.f } order { $p.f asc, $p.n desc }",
        "match { $p: P } return { $p.b } order { $p.d asc, $p.b desc }",
        "match { $p: P } return { $p.k } order { $p.d desc } limit 17 offset 5",
        "match { $p: P } return { $p.k } order { $p.n asc } limit 0",
        "match { $p: P  $p e $q } return { $p.k, $q.k } order { $q.n asc }",
        "match { $p: P  $p $x: e $q } return { $p.n, $q.k, $x.w } order { $x.w desc }",
        "match { $p: P  $p e $q } return { $q.k, count($p) as c } order { c desc }",
        "match { $p: P  $p e $q } return { $q.n, count($p) as c, sum($p.f) as s } order { $q.n }",
        "match { $p: P } return { count($p) as c }",
        "match { $p: P  $p.k = \"nobody\" } return { $p.k } order { $p.k asc }",
        "match { $p: P } return { $p.k, true as same } order { same desc }"
      })
  void thePagesOfAnOrderedResultAreTheWholeResult(String body) {
    String query = "query q() { " + body + " }";
    List<Map<String, @Nullable Object>> expected = whole(query, ReadTarget.MAIN);
    for (int size : new int[] {1, 7, 1_000}) {
      assertThat(pages(query, size, null, () -> {})).as("pages of %d", size).isEqualTo(expected);
    }
    // Another page may take another path.
    for (AccessPath path : AccessPath.values()) {
      assertThat(pages(query, 13, path, () -> {})).as("%s", path).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match { $p: P } return { $p.b }",
        "match { $p: P  $p $x: e $q } return { $q.n }",
        "match { $p: P  $q: P  $q.k = \"é1\" } return { $p.d, $q.k }",
        "match { $p: P } return { 1 as one }",
        "match { $p: P } return { $p.n, $p.b, count($p) as c }"
      })
  void withoutAnOrderTheyHaveTheSameRowsAsOftenAsTheWholeResult(String body) {
    String query = "query q() { " + body + " }";
    List<Map<String, @Nullable Object>> expected = whole(query, ReadTarget.MAIN);
    for (int size : new int[] {1, 50}) {
      assertThat(pages(query, size, null, () -> {})).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void everyPageReadsTheCommitOfTheFirstOne() {
    String query = "query q() { match { $p: P } return { $p.k } order { $p.k desc } }";
    List<Map<String, @Nullable Object>> expected = whole(query, ReadTarget.MAIN);
    int[] count = new int[1];
    List<Map<String, @Nullable Object>> rows =
        pages(
            query,
            15,
            null,
            () -> {
              // One before what was shown, one behind, and one gone.
              int i = count[0]++;
              load("{\"type\":\"P\",\"data\":{\"k\":\"a" + i + "\"}}");
              load("{\"type\":\"P\",\"data\":{\"k\":\"zz" + i + "\"}}");
              graph.mutate(
                  "query d() { delete P where k = \"é" + (50 + i) + "\" }",
                  null,
                  Map.of(),
                  BranchName.MAIN,
                  WriteOptions.ANONYMOUS);
            });
    assertThat(count[0]).isPositive();
    assertThat(rows).isEqualTo(expected);
    assertThat(whole(query, ReadTarget.MAIN)).isNotEqualTo(expected);
  }

  @Test
  void nowStandsStillOverThePages() {
    assertThat(
            new HashSet<>(
                pages("query q() { match { $p: P } return { now() as t } }", 20, null, () -> {})))
        .hasSize(1);
  }

  @Test
  void aCursorOfAnotherQueryOrTargetIsRefused() {
    String query = "query q() { match { $p: P } return { $p.k } order { $p.k asc } }";
    String cursor;
    try (PagedQuery page = page(query, PageRequest.first(3), null)) {
      ResultRows.readAll(page.rows(), ResultRows.Integers.NATIVE);
      cursor = page.nextCursor().orElseThrow();
    }
    PageRequest next = PageRequest.first(3).next(cursor);
    String other = query.replace("asc", "desc");
    assertThatThrownBy(() -> page(other, next, null))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.code()).isEqualTo("cursor_mismatch"));
    graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.ANONYMOUS);
    assertThatThrownBy(
            () ->
                graph.queryPage(
                    query,
                    null,
                    Map.of(),
                    new ReadTarget.Branch(new BranchName("side")),
                    next,
                    QueryOptions.DEFAULT))
        .hasMessageContaining("belongs to another query");
  }

  @Test
  void aDamagedCursorIsRefusedWhereverItIsDamaged() {
    String query = "query q() { match { $p: P } return { $p.k } order { $p.k asc } }";
    byte[] bytes;
    try (PagedQuery page = page(query, PageRequest.first(3), null)) {
      ResultRows.readAll(page.rows(), ResultRows.Integers.NATIVE);
      bytes = Base64.getUrlDecoder().decode(page.nextCursor().orElseThrow());
    }
    Random random = new Random(SEED);
    List<String> damaged = new ArrayList<>(List.of("", "x", "!!!", "e30"));
    for (int i = 0; i < 40; i++) {
      byte[] copy = bytes.clone();
      copy[random.nextInt(copy.length)] ^= (byte) (1 + random.nextInt(255));
      damaged.add(Base64.getUrlEncoder().encodeToString(copy));
    }
    for (String cursor : damaged) {
      assertThatThrownBy(() -> page(query, PageRequest.first(3).next(cursor), null))
          .as("seed %d: %s", SEED, cursor)
          .isInstanceOfSatisfying(
              BadRequestException.class, e -> assertThat(e.code()).isEqualTo("invalid_cursor"));
    }
  }

  @Test
  void aCursorWhoseBranchIsGoneHasExpired() {
    BranchName branch = new BranchName("passing");
    graph.createBranch(branch, BranchName.MAIN, WriteOptions.ANONYMOUS);
    graph.mutate(
        "query i() { insert P { k: \"only here\" } }",
        null,
        Map.of(),
        branch,
        WriteOptions.ANONYMOUS);
    String query = "query q() { match { $p: P } return { $p.k } order { $p.k asc } }";
    ReadTarget target = new ReadTarget.Branch(branch);
    PageRequest first = PageRequest.first(2);
    String cursor;
    try (PagedQuery page =
        graph.queryPage(query, null, Map.of(), target, first, QueryOptions.DEFAULT)) {
      ResultRows.readAll(page.rows(), ResultRows.Integers.NATIVE);
      cursor = page.nextCursor().orElseThrow();
    }
    graph.deleteBranch(branch, WriteOptions.ANONYMOUS);
    assertThatThrownBy(
            () ->
                graph.queryPage(
                    query, null, Map.of(), target, first.next(cursor), QueryOptions.DEFAULT))
        .isInstanceOfSatisfying(
            GoneException.class, e -> assertThat(e.code()).isEqualTo("cursor_expired"));
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> PageRequest.first(0)).hasMessageContaining("expected 1 to 100000");
    assertThatThrownBy(() -> PageRequest.first(100_001)).isInstanceOf(BadRequestException.class);
  }
}
