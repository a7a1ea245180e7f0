package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.PageBounds;
import io.omnigraph.read.access.PageKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The conformance facts on members, guilds and who follows whom, on every access path. */
class QueryEngineTest {

  private static final String SCHEMA =
      """
      node Member { handle: String @key  years: I32? }
      node Guild { title: String @key }
      edge Follows: Member -> Member { since: Date? }
      edge JoinedGuild: Member -> Guild
      """;

  @TempDir Path folder;
  private GraphFixture graph;

  @BeforeEach
  void fill() {
    graph =
        new GraphFixture(folder, SCHEMA)
            .node("Member", "ana", "handle", "ana", "years", 41)
            .node("Member", "ben", "handle", "ben", "years", 19)
            .node("Member", "cyd", "handle", "cyd", "years", 52)
            .node("Member", "dot", "handle", "dot", "years", 33)
            .node("Guild", "Smiths", "title", "Smiths")
            .node("Guild", "Weavers", "title", "Weavers")
            .edge("Follows", "e1", "ana", "ben")
            .edge("Follows", "e2", "ana", "cyd")
            .edge("Follows", "e3", "ben", "dot")
            .edge("JoinedGuild", "j1", "ana", "Smiths")
            .edge("JoinedGuild", "j2", "ben", "Weavers");
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private QueryOptions on(AccessPath path) {
    return QueryOptions.DEFAULT.withPath(path);
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void aKeyFindsItsNode(AccessPath path) {
    assertThat(
            graph.texts(
                "match { $p: Member { handle: \"ana\" } } return { $p.handle, $p.years }",
                on(path)))
        .containsExactly("ana|41");
    assertThat(
            graph.texts("match { $p: Member { handle: \"zoe\" } } return { $p.handle }", on(path)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void rowsAreFilteredAndOrdered(AccessPath path) {
    assertThat(
            graph.texts(
                "match { $p: Member  $p.years > 40 } return { $p.handle } order { $p.years desc }",
                on(path)))
        .containsExactly("cyd", "ana");
    assertThat(
            graph.texts(
                "match { $p: Member } return { $p.handle } order { $p.years desc } limit 2",
                on(path)))
        .containsExactly("cyd", "ana");
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void edgesAreWalkedInBothDirections(AccessPath path) {
    assertThat(
            graph.texts(
                "match { $p: Member { handle: \"ana\" }  $p follows $f } return { $f.handle }",
                on(path)))
        .containsExactlyInAnyOrder("ben", "cyd");
    assertThat(
            graph.texts(
                "match { $g: Guild { title: \"Smiths\" }  $p joinedGuild $g } return { $p.handle }",
                on(path)))
        .containsExactly("ana");
    assertThat(
            graph.texts(
                "match { $p: Member { handle: \"ana\" }  $p follows $m  $m follows $f }"
                    + " return { $p.handle, $m.handle, $f.handle }",
                on(path)))
        .containsExactly("ana|ben|dot");
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void negationsDropRowsThatHaveAMatch(AccessPath path) {
    assertThat(
            graph.texts(
                "match { $p: Member  not { $p joinedGuild $_ } } return { $p.handle }", on(path)))
        .containsExactlyInAnyOrder("cyd", "dot");
    assertThat(
            graph.texts(
                "match { $p: Member  not { $p joinedGuild $g  not { $g.title = \"Smiths\" } } }"
                    + " return { $p.handle }",
                on(path)))
        .containsExactlyInAnyOrder("ana", "cyd", "dot");
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void rowsAreGrouped(AccessPath path) {
    assertThat(
            graph.texts(
                "match { $p: Member  $p follows $f } return { $p.handle, count($f) as k }"
                    + " order { k desc }",
                on(path)))
        .containsExactly("ana|2", "ben|1");
    assertThat(graph.texts("match { $p: Member } return { count($p) }", on(path)))
        .containsExactly("4");
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void endsAreComparedAlsoWhereAnEdgeLeadsToNoNode(AccessPath path) {
    graph.edge("Follows", "e4", "ana", "gone").edge("Follows", "e5", "gone", "ana");

    String younger = "match { $p: Member  $p follows $f  $f.years < $p.years } return ";
    assertThat(graph.texts(younger + "{ $p.handle, $f.handle }", on(path)))
        .containsExactly("ana|ben");
    assertThat(graph.texts(younger + "{ count($f) }", on(path))).containsExactly("1");
  }

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void propertiesOfEdgesAreReadInPages(AccessPath path) {
    graph.edge("Follows", "e4", "cyd", "dot", "since", new Value.Date(19_000));
    PageKey after = null;
    List<String> dates = new ArrayList<>();
    do {
      CompiledQuery.Read query =
          graph.compile("query q() { match { $p: Member  $p $e:follows $f } return { $e.since } }");
      try (QueryCursor page =
          graph.engine.execute(
              query,
              new Parameters(Map.of(), GraphFixture.NOW),
              graph.snapshot(),
              on(path).withPage(new PageBounds(1, dates.size(), after)))) {
        GraphFixture.read(page).forEach(row -> dates.add(GraphFixture.text(row)));
        after = page.endOfPage();
      }
    } while (after != null);

    assertThat(dates)
        .hasSize(4)
        .containsExactlyInAnyOrderElementsOf(
            graph.texts("match { $p: Member  $p $e:follows $f } return { $e.since }", on(path)));
  }

  @Test
  void aWarmQueryOpensNoFile() throws Exception {
    String friends =
        "match { $p: Member { handle: \"ana\" }  $p follows $f } return { $f.handle, $f.years }";
    assertThat(graph.texts(friends)).containsExactlyInAnyOrder("ben|19", "cyd|52");
    List<Path> data = List.of(folder.resolve("nodes"), folder.resolve("edges"));
    for (Path path : data) {
      Files.move(path, path.resolveSibling(path.getFileName() + "-away"));
    }
    try {
      assertThat(graph.texts(friends)).containsExactlyInAnyOrder("ben|19", "cyd|52");
      assertThat(graph.texts("match { $p: Member { years: 33 } } return { $p.years }"))
          .containsExactly("33");
    } finally {
      for (Path path : data) {
        Files.move(path.resolveSibling(path.getFileName() + "-away"), path);
      }
    }
  }
}
