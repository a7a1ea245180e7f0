package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.Prepared;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutations on a small social graph. */
class MutationOperationTest {

  private static final String SCHEMA =
      """
      node Member { handle: String @key  years: I32? }
      node Guild { title: String @key }
      node Note { text: String  score: F64?  at: DateTime?  tags: [String]? }
      edge Follows: Member -> Member { since: Date? }
      edge JoinedGuild: Member -> Guild
      """;

  private static final String DATA =
      """
      {"type":"Member","data":{"handle":"ana","years":41}}
      {"type":"Member","data":{"handle":"ben","years":19}}
      {"type":"Member","data":{"handle":"cyd","years":52}}
      {"type":"Member","data":{"handle":"dot","years":33}}
      {"type":"Guild","data":{"title":"Smiths"}}
      {"type":"Guild","data":{"title":"Weavers"}}
      {"edge":"Follows","from":"ana","to":"ben"}
      {"edge":"Follows","from":"ana","to":"cyd"}
      {"edge":"Follows","from":"ben","to":"dot"}
      {"edge":"JoinedGuild","from":"ana","to":"Smiths"}
      {"edge":"JoinedGuild","from":"ben","to":"Weavers"}
      """;

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
    graph.load(LoadMode.APPEND, DATA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void insertingANodeAndThenAnEdgeCountsEachOnce() {
    assertThat(graph.run("insert Member { handle: \"eve\" }")).isEqualTo(new MutationCounts(1, 0));
    assertThat(graph.run("insert Follows { from: \"eve\", to: \"ana\" }"))
        .isEqualTo(new MutationCounts(0, 1));
    assertThat(graph.edges("Follows")).contains("eve>ana");
  }

  @Test
  void anEdgeMayReferToANodeOfTheSameMutation() {
    assertThat(
            graph.run(
                "insert Follows { from: \"eve\", to: \"ana\" } insert Member { handle: \"eve\" }"))
        .isEqualTo(new MutationCounts(1, 1));
  }

  @Test
  void aMissingEndpointRefusesTheWholeMutation() {
    assertThatThrownBy(
            () ->
                graph.run(
                    "insert Member { handle: \"eve\" }"
                        + " insert Follows { from: \"eve\", to: \"ghost\" }"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("dst 'ghost' not found in Member");
    assertThat(graph.idsOf("node:Member")).doesNotContain("eve");
  }

  @Test
  void insertingAnExistingKeyReplacesTheWholeRow() {
    assertThat(graph.run("insert Member { handle: \"ana\", years: 99 }"))
        .isEqualTo(new MutationCounts(1, 0));
    assertThat(graph.cell("node:Member", "ana", "years")).isEqualTo(99L);
    graph.run("insert Member { handle: \"ana\" }");
    assertThat(graph.cell("node:Member", "ana", "years")).isNull();
    assertThat(graph.idsOf("node:Member")).hasSize(4);
  }

  @Test
  void updatingTheKeyIsRefused() {
    assertThatThrownBy(
            () -> graph.run("update Member set { handle: \"zed\" } where handle = \"ana\""))
        .hasMessageContaining(
            "cannot update @key property 'handle' — delete and re-insert instead");
  }

  @Test
  void changesThatMatchNothingAffectNothing() {
    try (Prepared<MutationCounts> prepared =
        graph
            .mutation(
                "query q() { update Member set { years: 1 } where handle = \"none\" }", Map.of())
            .prepare(graph.base())) {
      assertThat(prepared.tables()).isEmpty();
      assertThat(prepared.result()).isEqualTo(new MutationCounts(0, 0));
    }
    assertThat(graph.run("delete Member where handle = \"none\""))
        .isEqualTo(new MutationCounts(0, 0));
  }

  @Test
  void deletingANodeCascadesToEveryEdgeThatTouchesIt() {
    assertThat(graph.run("delete Member where handle = \"ana\""))
        .isEqualTo(new MutationCounts(1, 3));
    assertThat(graph.edges("Follows")).containsExactly("ben>dot");
    assertThat(graph.edges("JoinedGuild")).containsExactly("ben>Weavers");
  }

  @Test
  void deletingEdgesKeepsTheNodes() {
    assertThat(graph.run("delete Follows where from = \"ana\""))
        .isEqualTo(new MutationCounts(0, 2));
    assertThat(graph.idsOf("node:Member")).contains("ana");
  }

  @Test
  void insertsAndDeletesDoNotMix() {
    assertThatThrownBy(
            () ->
                graph.run("insert Member { handle: \"eve\" } delete Member where handle = \"ana\""))
        .hasMessageContaining(
            "mutation 'q' on the same query mixes inserts/updates and deletes; split into separate"
                + " mutations: (1) inserts and updates, then (2) deletes");
  }

  @Test
  void rowsDeletedByTwoStatementsCountOnce() {
    assertThat(graph.run("delete Member where handle = \"ana\" delete Member where years > 40"))
        .isEqualTo(new MutationCounts(2, 3));
  }

  @Test
  void anEarlierPredicateThatIsUnknownForARowDoesNotSaveIt() {
    graph.load(
        LoadMode.APPEND,
        """
        {"type":"Member","data":{"handle":"zoe"}} {"edge":"Follows","from":"zoe","to":"dot"}
        """);
    graph.run("delete Member where handle = \"ana\"");
    assertThat(graph.run("delete Member where years > 40 delete Member where handle = \"zoe\""))
        .isEqualTo(new MutationCounts(2, 1));
    assertThat(graph.idsOf("node:Member")).containsExactlyInAnyOrder("ben", "dot");
  }

  @Test
  void anUpdateSeesTheRowsThatTheSameMutationInserted() {
    assertThat(
            graph.run(
                "insert Member { handle: \"yan\", years: 10 }"
                    + " update Member set { years: 99 } where handle = \"yan\""))
        .isEqualTo(new MutationCounts(2, 0));
    assertThat(graph.cell("node:Member", "yan", "years")).isEqualTo(99L);
  }

  @Test
  void chainedUpdatesSeeEarlierOnes() {
    assertThat(
            graph.run(
                "update Member set { years: 99 } where handle = \"ana\""
                    + " update Member set { years: 10 } where years > 50"))
        .isEqualTo(new MutationCounts(3, 0));
    assertThat(graph.cell("node:Member", "ana", "years")).isEqualTo(10L);
    assertThat(graph.cell("node:Member", "cyd", "years")).isEqualTo(10L);
  }

  @Test
  void anUpdatedRowIsHiddenFromPredicatesItNoLongerMeets() {
    graph.run(
        "update Member set { years: 1 } where handle = \"cyd\""
            + " update Member set { years: 77 } where years > 50");
    assertThat(graph.cell("node:Member", "cyd", "years")).isEqualTo(1L);
  }

  @Test
  void aCascadeAndAnExplicitEdgeDeleteBothApply() {
    assertThat(
            graph.run("delete Member where handle = \"ana\" delete Follows where from = \"ben\""))
        .isEqualTo(new MutationCounts(1, 4));
    assertThat(graph.edges("Follows")).isEmpty();
  }

  @Test
  void nowIsOneInstantAtMillisecondPrecision() {
    graph.run("insert Note { text: \"a\", at: now() } insert Note { text: \"b\", at: now() }");
    assertThat(graph.rows("node:Note").values())
        .extracting(r -> r.get("at"))
        .containsExactly("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z");
  }

  @Test
  void anIntegerLiteralIsWidenedForAFloatProperty() {
    graph.run("insert Note { text: \"a\", score: 5 }");
    assertThat(graph.rows("node:Note").values())
        .extracting(r -> r.get("score"))
        .containsExactly(5.0);
  }

  @Test
  void keylessNodesAndEdgesGetFreshIdsThatStayTheSameWhenPreparedAgain() {
    MutationOperation operation =
        graph.mutation("query q() { insert Note { text: \"a\" } }", Map.of());
    try (Prepared<MutationCounts> first = operation.prepare(graph.base());
        Prepared<MutationCounts> second = operation.prepare(graph.base())) {
      TableKey note = TableKey.node("Note");
      assertThat(first.tables().get(note).writtenIds())
          .isEqualTo(second.tables().get(note).writtenIds());
    }
  }

  @Test
  void nullReachesNullablePropertiesOnly() {
    String source = "query q($h: String, $y: I32?) { insert Member { handle: $h, years: $y } }";
    Map<String, Object> params = new HashMap<>();
    params.put("h", "eve");
    params.put("y", null);
    graph.mutate(source, params);
    assertThat(graph.cell("node:Member", "eve", "years")).isNull();
    assertThatThrownBy(
            () -> graph.mutate("query q($t: String?) { insert Note { text: $t } }", Map.of()))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("property 'text' is non-nullable but got null");
  }

  @Test
  void insertsAreNotStrictUpdatesAndDeletesAre() {
    assertThat(graph.mutation("query q() { insert Note { text: \"a\" } }", Map.of()).info())
        .satisfies(
            info -> {
              assertThat(info.strict()).isFalse();
              assertThat(info.groupable()).isTrue();
            });
    assertThat(
            graph
                .mutation("query q() { delete Note where text = \"a\" }", Map.of())
                .info()
                .strict())
        .isTrue();
    assertThat(
            graph
                .mutation(
                    "query q() { update Note set { text: \"b\" } where text = \"a\" }", Map.of())
                .info()
                .strict())
        .isTrue();
  }

  @Test
  void predicatesCompareNumbersByValueAndDatesAsDates() {
    graph.run("insert Note { text: \"a\", score: 2.5 } insert Note { text: \"b\", score: 0.5 }");
    assertThat(graph.run("update Note set { text: \"c\" } where score > 2").affectedNodes())
        .isEqualTo(1);
    assertThat(
            graph
                .mutate(
                    "query q($y: F64) { update Member set { years: 1 } where years = $y }",
                    Map.of("y", 41.5))
                .affectedNodes())
        .isZero();
    assertThat(
            graph
                .mutate(
                    "query q($y: F64) { update Member set { years: 1 } where years > $y }",
                    Map.of("y", 40.5))
                .affectedNodes())
        .isEqualTo(2);
    graph.run("insert Follows { from: \"dot\", to: \"ana\", since: date(\"2024-05-01\") }");
    assertThat(graph.run("delete Follows where since >= date(\"2024-01-01\")").affectedEdges())
        .isEqualTo(1);
  }

  @Test
  void aNullPredicateMatchesNothing() {
    assertThat(
            graph
                .mutate("query q($y: I32?) { delete Member where years != $y }", Map.of())
                .affectedNodes())
        .isZero();
  }
}
