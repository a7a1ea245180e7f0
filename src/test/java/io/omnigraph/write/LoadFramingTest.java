package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ResourceLimitException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How loads cut their input into records, and name the bad ones. */
class LoadFramingTest extends LoadTestBase {

  @Test
  void recordsMayBePrettyPrintedAndEdgesMayComeFirst() {
    LoadCounts counts =
        graph.load(
            LoadMode.APPEND,
            """
            {"edge": "follows", "from": "ana", "to": "ben"}
            {
              "type": "Member",
              "data": { "handle": "ana",
                        "years": 41 }
            } {"type":"Member","data":{"handle":"ben"}}
            {"data":{"since":"2024-05-01"},"edge":"Follows","from":"ben","to":"ana","extra":1}
            """);
    assertThat(counts.nodes()).isEqualTo(Map.of("Member", 2L));
    assertThat(counts.edges()).isEqualTo(Map.of("Follows", 2L));
    assertThat(graph.edges("Follows")).containsExactly("ana>ben", "ben>ana");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"type\":\"Nope\"} | record 1: unknown node type 'Nope'",
        "{\"edge\":\"Nope\",\"from\":\"a\",\"to\":\"b\"} | record 1: unknown edge type 'Nope'",
        "{\"edge\":\"Follows\",\"to\":\"b\"} | record 1: edge missing 'from'",
        "{\"edge\":\"Follows\",\"from\":\"b\",\"to\":5} | record 1: edge missing 'to'",
        "{\"data\":{}} | record 1: expected 'type' or 'edge' field",
        "17 | record 1: expected 'type' or 'edge' field",
        "[1,{\"type\":\"Guild\"}] | record 1: expected 'type' or 'edge' field",
        "{\"type\":\"Guild\",\"data\":[]} | record 1: field 'data' must be an object, got array",
        "{\"type\":\"Guild\",\"type\":\"Guild\"} | record 1: duplicate field 'type'",
        "{\"type\":\"Guild\",\"data\":{\"title\":\"a\",\"title\":\"b\"}} | record 1: duplicate"
            + " field 'title'",
        "{\"type\":\"Guild\",\"data\":{\"title\":\"a\",\"x\":1}} | record 1: unknown input field"
            + " 'x' for 'node:Guild'",
        "{\"type\":\"Guild\",\"data\":{}} | record 1: node Guild missing @key property 'title'",
      })
  void aBadRecordIsNamedByItsNumber(String record, String message) {
    assertThat(messageOf(LoadOptions.of(LoadMode.MERGE), record)).isEqualTo(message);
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                "{\"type\":\"Guild\",\"data\":{\"title\":\"ok\"}}\n\n" + record))
        .isEqualTo(message.replace("record 1", "record 2"));
    assertThat(graph.idsOf("node:Guild")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"type\":\"Guild\",", "{\"type\" \"x\"}", "nope", "{]"})
  void malformedJsonIsNamedByItsNumber(String tail) {
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                "{\"type\":\"Guild\",\"data\":{\"title\":\"ok\"}} " + tail))
        .startsWith("invalid JSON at record 2: ");
  }

  @Test
  void typeWinsOverEdge() {
    LoadCounts counts =
        graph.load(
            LoadMode.MERGE, "{\"edge\":\"Follows\",\"type\":\"Guild\",\"data\":{\"title\":\"a\"}}");
    assertThat(counts.nodes()).isEqualTo(Map.of("Guild", 1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"edge\":\"Follows\",\"data\":{\"title\":\"a\"},\"type\":\"Guild\"}",
        "{\"edge\":\"Follows\",\"data\":{\"title\":\"a\"},\"x\":{\"type\":1},\"type\":\"Guild\",\"y\":{\"z\":{}}}",
        "{\"edge\":\"Nope\",\"from\":3,\"type\":\"Guild\",\"data\":{\"title\":\"a\"}}",
        "{\"data\":{\"title\":\"a\"},\"edge\":\"Follows\",\"type\":\"Guild\"}",
        "{\"edge\":\"Follows\",\"to\":\"b\",\"data\":{\"title\":\"a\"},\"from\":\"c\",\"type\":\"Guild\"}",
      })
  void theOrderOfMembersDoesNotMatter(String record) {
    String many = "\ufeff" + "{\"type\":\"Guild\",\"data\":{\"title\":\"b\"}}\n".repeat(1);
    StringBuilder before = new StringBuilder(many);
    for (int i = 0; i < 3000; i++) {
      before.append("{\"type\":\"Guild\",\"data\":{\"title\":\"g%d\"}}\n".formatted(i));
    }
    LoadCounts counts =
        graph.load(
            LoadMode.MERGE, before + record + "{\"data\":{\"title\":\"z\"},\"type\":\"Guild\"}");
    assertThat(counts.nodes()).isEqualTo(Map.of("Guild", 3003L));
    assertThat(graph.idsOf("node:Guild")).contains("a", "b", "g2999", "z");
    graph.load(
        LoadMode.MERGE,
        """
        {"data":{"handle":"ana"},"type":"Member"}
        {"data":{"handle":"ben"},"type":"Member"}
        {"data":{},"to":"ana","from":"ben","edge":"Follows"}
        {"to":"ana","data":{"id":"f2"},"edge":"Follows","from":"ben"}
        """);
    assertThat(graph.edges("Follows")).contains("ben>ana");
  }

  @Test
  void anEdgeThatProvesNoNodeIsRefusedForWhatItIs() {
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                "{\"edge\":\"Follows\",\"data\":{\"title\":1},\"from\":\"a\",\"x\":{\"type\":\"Guild\"}}"))
        .isEqualTo("record 1: unknown input field 'title' for 'edge:Follows'");
    assertThat(
            messageOf(
                LoadOptions.of(LoadMode.MERGE),
                "{\"edge\":\"Follows\",\"data\":{\"title\":1},\"type\":\"Guild\"}"))
        .isEqualTo("record 1: property 'title' expects String, got number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "17 | line 1: graph batch record must be one JSON object",
        "{\"type\":\"Guild\",\"data\":{\"title\":\"a\"}} {} | line 1: graph batch record must be"
            + " one JSON object",
        "{\"type\":\"Guild\",\"edge\":\"Follows\",\"data\":{\"title\":\"a\"}} | line 1: graph"
            + " batch record must contain exactly one of 'type' or 'edge'",
        "{\"data\":{}} | line 1: graph batch record must contain exactly one of 'type' or 'edge'",
        "{\"x\":1} | line 1: unknown top-level graph batch field 'x'",
        "{\"type\":5} | line 1: graph batch field 'type' must be a string, got number",
        "{\"type\":\"Guild\",\"data\":7} | line 1: graph batch field 'data' must be an object,"
            + " got number",
        "{\"type\":\"Guild\"} | line 1: graph batch record requires field 'data'",
        "{\"edge\":\"Follows\",\"to\":\"a\",\"data\":{}} | line 1: graph batch record requires"
            + " field 'from'",
        "{\"edge\":\"Follows\",\"from\":\"a\",\"to\":\"b\",\"data\":{\"src\":\"q\"}} | line 1:"
            + " edge data field 'src' is reserved structural state",
        "{\"_rowid\":1} | line 1: top-level field '_rowid' is reserved physical state",
        "{\"type\":\"Nope\",\"data\":{}} | line 1: unknown node type 'Nope'",
        "{\"type\":\"Guild\",\"data\":{\"title\":\"a\",\"x\":1}} | line 1: unknown input field"
            + " 'x' for 'node:Guild'",
      })
  void aBadLineIsNamedByItsNumber(String line, String message) {
    assertThat(messageOf(lines(), line)).isEqualTo(message);
    assertThat(
            messageOf(
                lines(),
                "{\"type\":\"Guild\",\"data\":{\"title\":\"ok\"}}\r\n  \n\n" + line + "\n"))
        .isEqualTo(message.replace("line 1", "line 4"));
  }

  @Test
  void aLineWithARepeatedFieldOrBrokenJsonIsInvalid() {
    assertThat(messageOf(lines(), "{\"type\":\"Guild\",\"data\":{\"title\":1,\"title\":2}}"))
        .satisfiesAnyOf(
            m -> assertThat(m).startsWith("invalid strict JSON at line 1: Duplicate field"),
            m -> assertThat(m).startsWith("line 1: "));
    assertThat(messageOf(lines(), "\n{\"type\":\"Guild\""))
        .startsWith("invalid strict JSON at line 2: ");
  }

  @Test
  void aLineOfTooManyTokensIsRefused() {
    String line =
        "{\"type\":\"Note\",\"data\":{\"text\":\"a\",\"nums\":[" + "1,".repeat(140_000) + "1]}}";
    assertThatThrownBy(() -> graph.load(lines(), line))
        .isInstanceOf(ResourceLimitException.class)
        .hasMessageContaining("line 1: structural_tokens limit of 131072");
  }

  @Test
  void emptyInputChangesNothing() {
    LoadCounts counts = graph.load(LoadMode.OVERWRITE, " \n ");
    assertThat(counts.nodes()).isEmpty();
    assertThat(counts.edges()).isEmpty();
  }
}
