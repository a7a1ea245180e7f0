package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.QueryProfile;
import io.omnigraph.read.ResultRows;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reading a large result page by page looks at, counted in rows. */
class PageCostTest {

  private static final int PEOPLE = 3_000;
  private static final int SIZE = 100;

  @TempDir static Path folder;
  private static OmniGraph graph;

  @BeforeAll
  static void fill() {
    graph =
        TestGraphs.init(
            folder.resolve("g.omni"),
            "node P { k: String @key n: I32? s: String? }\nedge E: P -> P");
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      records.append(
          "{\"type\":\"P\",\"data\":{\"k\":\"p%d\",\"n\":%s,\"s\":\"%s\"}}\n"
              .formatted(i, i % 7 == 0 ? "null" : Integer.toString(i * 31 % 40), "s" + i % 9));
    }
    for (int i = 0; i < 2 * PEOPLE; i++) {
      records.append(
          "{\"edge\":\"E\",\"from\":\"p%d\",\"to\":\"p%d\"}\n".formatted(i / 2, i * 17 % PEOPLE));
    }
    TestGraphs.load(graph, "main", LoadMode.APPEND, records.toString());
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private record Page(List<String> rows, QueryProfile profile) {
    /** Rows that scans of nodes delivered. */
    long scanned() {
      return scanned(profile.root());
    }

    private static long scanned(QueryProfile.Operator operator) {
      return (operator.name().equals("NodeScan") ? operator.rows() : 0)
          + operator.children().stream().mapToLong(Page::scanned).sum();
    }
  }

  private static List<Page> pages(String query) {
    List<Page> pages = new ArrayList<>();
    PageRequest request = PageRequest.first(SIZE);
    while (true) {
      try (PagedQuery page =
          graph.queryPage(query, null, Map.of(), ReadTarget.MAIN, request, QueryOptions.DEFAULT)) {
        List<String> rows = new ArrayList<>();
        ResultRows.readAll(page.rows(), ResultRows.Integers.NATIVE)
            .forEach(row -> rows.add(row.toString()));
        pages.add(new Page(rows, page.rows().profile()));
        Optional<String> next = page.nextCursor();
        if (next.isEmpty()) {
          return pages;
        }
        request = request.next(next.get());
      }
    }
  }

  private static List<String> whole(String query) {
    List<String> rows = new ArrayList<>();
    try (var cursor = graph.query(query, null, Map.of(), ReadTarget.MAIN)) {
      ResultRows.readAll(cursor, ResultRows.Integers.NATIVE)
          .forEach(row -> rows.add(row.toString()));
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "match { $p: P } return { $p.k, $p.n }| false",
        "match { $p: P } return { $p.k, $p.n } order { $p.n }| true",
        "match { $p: P } return { $p.k, $p.n } order { $p.n desc }| true",
        "match { $p: P } return { $p.k } order { $p.s desc }| true",
        "match { $p: P  $p e $q } return { $p.k, $q.k }| false",
        "match { $p: P  $p e $q } return { $q.k }| false",
        "match { $p: P  $p.n != 3 } return { $p.k } order { $p.k desc }| true",
      })
  void pagingThroughAResultLooksAtEveryNodeAboutOnce(String text, boolean ordered) {
    String query = "query q() { " + text + " }";

    List<Page> pages = pages(query);

    List<String> rows = pages.stream().flatMap(p -> p.rows().stream()).toList();
    if (ordered) {
      assertThat(rows).isEqualTo(whole(query));
    } else {
      assertThat(rows).containsExactlyInAnyOrderElementsOf(whole(query));
    }
    assertThat(pages.subList(1, pages.size()))
        .allSatisfy(page -> assertThat(page.scanned()).isLessThanOrEqualTo(2L * SIZE + 2));
    assertThat(pages.stream().mapToLong(Page::scanned).sum())
        .isLessThanOrEqualTo(PEOPLE + 2L * PEOPLE + pages.size() * 64L);
  }

  @Test
  void anExplainedPageSaysWhetherItReadsAllRows() {
    List<Page> seeking = pages("query q() { match { $p: P } return { $p.k } order { $p.n } }");
    List<Page> reading =
        pages("query q() { match { $p: P  $p e $q } return { $p.k } order { $q.n } }");

    assertThat(seeking.get(1).profile().toString())
        .contains("in order of $p.n, from where the page before ended");
    assertThat(reading.get(1).profile().toString()).contains("every page reads all rows");
  }
}
