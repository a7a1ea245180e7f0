package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the modes of a load do with rows that are there or repeat. */
class LoadModesTest extends LoadTestBase {

  @BeforeEach
  void load() {
    graph.load(
        LoadMode.APPEND,
        """
        {"type":"Member","data":{"handle":"ana","years":1}}
        {"type":"Member","data":{"handle":"ben","years":2}}
        {"type":"Guild","data":{"title":"Smiths"}}
        {"edge":"Follows","from":"ana","to":"ben","data":{"id":"e1"}}
        """);
  }

  @Test
  void appendRefusesAnIdThatExists() {
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.APPEND,
                    """
                    {"type":"Member","data":{"handle":"cyd"}}
                    {"type":"Member","data":{"handle":"ben"}}
                    """))
        .isInstanceOfSatisfying(
            ConflictException.class,
            e -> {
              assertThat(e.code()).isEqualTo("key_conflict");
              assertThat(e.context())
                  .isEqualTo(Map.of("table_key", "node:Member", "entity_id", "ben", "record", 2L));
            });
    assertThat(graph.idsOf("node:Member")).containsExactly("ana", "ben");
  }

  @Test
  void appendAndOverwriteRefuseAnIdThatRepeats() {
    for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.OVERWRITE)) {
      assertThatThrownBy(
              () ->
                  graph.load(
                      mode,
                      """
                      {"edge":"Follows","from":"ana","to":"ben","data":{"id":"e9"}}
                      {"edge":"Follows","from":"ben","to":"ana","data":{"id":"e9"}}
                      """))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("'e9' appears more than once");
    }
  }

  @Test
  void mergeReplacesWholeRowsAndKeepsTheOthers() {
    graph.load(
        LoadMode.MERGE,
        """
        {"type":"Member","data":{"handle":"ana"}} {"type":"Member","data":{"handle":"cyd","years":3}}
        """);
    assertThat(graph.cell("node:Member", "ana", "years")).isNull();
    assertThat(graph.cell("node:Member", "ben", "years")).isEqualTo(2L);
    assertThat(graph.cell("node:Member", "cyd", "years")).isEqualTo(3L);
  }

  @Test
  void mergeLetsTheLastRecordOfAnEdgeWin() {
    LoadCounts counts =
        graph.load(
            LoadMode.MERGE,
            """
            {"edge":"Follows","from":"ben","to":"ana","data":{"id":"e1"}}
            {"edge":"Follows","from":"ben","to":"ben","data":{"id":"e2"}}
            {"edge":"Follows","from":"ana","to":"ana","data":{"id":"e1"}}
            """);
    assertThat(counts.edges()).isEqualTo(Map.of("Follows", 2L));
    assertThat(graph.edges("Follows")).containsExactly("ana>ana", "ben>ben");
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void aKeyTwiceInOneFileIsAUniquenessViolation(LoadMode mode) {
    assertThatThrownBy(
            () ->
                graph.load(
                    mode,
                    """
                    {"type":"Guild","data":{"title":"x"}} {"type":"Guild","data":{"title":"x"}}
                    """))
        .isInstanceOf(BadRequestException.class)
        .hasMessageEndingWith("@unique violation on Guild.title: value 'x' held by 'x' and 'x'");
    assertThat(graph.idsOf("node:Guild")).containsExactly("Smiths");
  }

  @Test
  void overwriteReplacesTheTablesOfTheFileOnly() {
    graph.load(
        LoadMode.OVERWRITE,
        """
        {"type":"Guild","data":{"title":"Weavers"}}
        """);
    assertThat(graph.idsOf("node:Guild")).containsExactly("Weavers");
    assertThat(graph.idsOf("node:Member")).hasSize(2);
  }

  @Test
  void overwriteMayBringANodeAndAnEdgeOnIt() {
    graph.load(
        LoadMode.OVERWRITE,
        """
        {"edge":"Follows","from":"zed","to":"zed"} {"type":"Member","data":{"handle":"zed"}}
        """);
    assertThat(graph.edges("Follows")).containsExactly("zed>zed");
    assertThat(graph.idsOf("node:Member")).containsExactly("zed");
  }

  @Test
  void overwriteRefusesToStrandAnEdgeThatStays() {
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.OVERWRITE, "{\"type\":\"Member\",\"data\":{\"handle\":\"ana\"}}"))
        .hasMessage("dst 'ben' not found in Member");
    assertThat(graph.idsOf("node:Member")).hasSize(2);
  }

  @Test
  void anEdgeToAMissingNodeIsRefused() {
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.APPEND, "{\"edge\":\"Follows\",\"from\":\"ghost\",\"to\":\"ana\"}"))
        .hasMessageEndingWith("src 'ghost' not found in Member");
  }
}
