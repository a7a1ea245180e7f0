package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ConflictException;
import org.junit.jupiter.api.Test;

/** How loads find the ids of their rows. */
class LoadIdsTest extends LoadTestBase {

  @Test
  void anExplicitIdMustAgreeWithTheKey() {
    graph.load(LoadMode.MERGE, "{\"type\":\"Guild\",\"data\":{\"id\":\"a\",\"title\":\"a\"}}");
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                "{\"type\":\"Guild\",\"data\":{\"id\":\"b\",\"title\":\"a\"}}"))
        .isEqualTo(
            "record 1: node Guild has explicit id 'b' that does not match @key property 'title'"
                + " value 'a'");
  }

  @Test
  void compositeKeysRenderAsACompactArray() {
    graph.load(LoadMode.APPEND, "{\"type\":\"Slot\",\"data\":{\"tenant\":\"acme\",\"slot\":7}}");
    assertThat(graph.idsOf("node:Slot")).containsExactly("[\"7\",\"acme\"]");
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.APPEND,
                    "{\"type\":\"Slot\",\"data\":{\"tenant\":\"acme\",\"slot\":7}}"))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void oldIdsOfCompositeKeysAreRewrittenWithTheirEdges() {
    graph.load(
        LoadMode.APPEND,
        """
        {"edge":"Books","from":"7","to":"acme"}
        {"type":"Slot","data":{"id":"7","tenant":"umbra","slot":7}}
        {"type":"Slot","data":{"id":"acme","tenant":"acme","slot":9}}
        """);
    assertThat(graph.edges("Books")).containsExactly("[\"7\",\"umbra\"]>[\"9\",\"acme\"]");
  }

  @Test
  void anOldIdOfTwoNodesIsAmbiguous() {
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                """
                {"type":"Slot","data":{"id":"7","tenant":"a","slot":7}}
                {"type":"Slot","data":{"id":"7","tenant":"b","slot":7}}
                """))
        .contains("refusing ambiguous edge endpoint remap");
  }

  @Test
  void aDateKeyAcceptsItsIsoTextAsOldId() {
    graph.load(
        LoadMode.APPEND,
        "{\"type\":\"Day\",\"data\":{\"id\":\"2024-01-01\",\"on\":\"2024-01-01\"}}");
    assertThat(graph.idsOf("node:Day")).containsExactly("19723");
  }

  @Test
  void keylessNodesKeepTheirIdsOrGetFreshOnes() {
    graph.load(
        LoadMode.APPEND,
        """
        {"type":"Note","data":{"id":"mine","text":"a"}} {"type":"Note","data":{"text":"b"}}
        """);
    assertThat(graph.idsOf("node:Note")).contains("mine").hasSize(2);
  }
}
