package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.model.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads: framing, values, modes, ids. */
class LoadOperationTest {

  private static final String SCHEMA =
      """
      node Member { handle: String @key  years: I32? }
      node Guild { title: String @key }
      node Note { text: String  emb: Vector(2)?  tags: [String]?  nums: [I32]?  body: Blob? }
      node Slot { tenant: String slot: I32 @key(tenant, slot) }
      node Day { on: Date @key }
      node All { code: String @key b: Bool? i: I32? l: I64? u: U32? w: U64? f: F32? d: F64? day: Date? at: DateTime? }
      edge Follows: Member -> Member { since: Date? }
      edge JoinedGuild: Member -> Guild
      edge Books: Slot -> Slot
      """;

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private String messageOf(LoadOptions options, String records) {
    try {
      graph.load(options, records);
    } catch (GraphException e) {
      return e.getMessage();
    }
    throw new AssertionError("accepted: " + records);
  }

  private static LoadOptions lines() {
    return LoadOptions.of(LoadMode.MERGE).withFraming(LoadOptions.Framing.LINES);
  }

  @Nested
  class Framing {

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
              LoadMode.MERGE,
              "{\"edge\":\"Follows\",\"type\":\"Guild\",\"data\":{\"title\":\"a\"}}");
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

  @Nested
  class Values {

    private static final LoadOptions MERGE = LoadOptions.of(LoadMode.MERGE);

    private String all(String field, String json) {
      return "{\"type\":\"All\",\"data\":{\"code\":\"c\",\"" + field + "\":" + json + "}}";
    }

    private Object stored(String field, String json) {
      graph.load(MERGE, all(field, json));
      return graph.cell("node:All", "c", field);
    }

    @Test
    void everyTypeTakesItsJsonKinds() {
      assertThat(stored("b", "true")).isEqualTo(true);
      assertThat(stored("i", "-2147483648")).isEqualTo(-2147483648L);
      assertThat(stored("l", "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
      assertThat(stored("u", "4294967295")).isEqualTo(4294967295L);
      assertThat(stored("w", "18446744073709551615")).isEqualTo("18446744073709551615");
      assertThat(stored("f", "0.5")).isEqualTo(0.5);
      assertThat(stored("d", "7")).isEqualTo(7.0);
      assertThat(stored("d", "1e300")).isEqualTo(1e300);
      assertThat(stored("day", "\"2024-02-29\"")).isEqualTo("2024-02-29");
      assertThat(stored("day", "19723")).isEqualTo("2024-01-01");
      assertThat(stored("at", "\"2024-06-01T12:00:00Z\"")).isEqualTo("2024-06-01T12:00:00.000Z");
      assertThat(stored("at", "\"2024-06-01 12:00:00.25+02:00\""))
          .isEqualTo("2024-06-01T10:00:00.250Z");
      assertThat(stored("at", "1717243200000")).isEqualTo("2024-06-01T12:00:00.000Z");
      assertThat(stored("i", "null")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "b|1|property 'b' expects Bool, got number",
          "i|\"5\"|property 'i' expects I32, got string",
          "i|5.0|property 'i' expects I32, got number 5.0",
          "i|2147483648|property 'i' value 2147483648 exceeds Int32 range",
          "l|9223372036854775808|property 'l' value 9223372036854775808 exceeds Int64 range",
          "u|-1|property 'u' value -1 exceeds UInt32 range",
          "w|-1|property 'w' value -1 exceeds UInt64 range",
          "w|18446744073709551616|property 'w' value 18446744073709551616 exceeds UInt64 range",
          "f|1e39|property 'f' value 1e39 exceeds Float32 range",
          "d|1e999|property 'd' value 1e999 exceeds Float64 range",
          "d|\"x\"|property 'd' expects F64, got string",
          "day|\"2024-13-01\"|invalid Date literal '2024-13-01'",
          "day|99999999999|Date value out of range: 99999999999",
          "at|\"yesterday\"|invalid DateTime literal 'yesterday'",
          "at|{}|property 'at' expects DateTime, got object",
        })
    void strictReadingRefusesEverythingElse(String field, String json, String message) {
      assertThat(messageOf(MERGE, all(field, json))).isEqualTo("record 1: " + message);
      assertThat(graph.idsOf("node:All")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '~',
        value = {
          "\"emb\":[1.0]|vector property 'emb' expects 2 dimensions, got 1",
          "\"emb\":[1.0,2,3]|vector property 'emb' expects 2 dimensions, got 3",
          "\"emb\":[1.0,\"x\"]|vector property 'emb' elements must be numeric, got string",
          "\"emb\":7|vector property 'emb' expects a JSON array, got number",
          "\"tags\":\"x\"|list property 'tags' expects a JSON array, got string",
          "\"tags\":[5]|list property 'tags' items expect String, got number",
          "\"nums\":[2147483648]|list value 2147483648 exceeds Int32 range",
          "\"body\":5|blob property 'body' must be a URI string or base64: prefixed data",
        })
    void listsVectorsAndBlobsAreCheckedWhole(String field, String message) {
      assertThat(messageOf(MERGE, "{\"type\":\"Note\",\"data\":{\"text\":\"a\"," + field + "}}"))
          .isEqualTo("record 1: " + message);
    }

    @Test
    void vectorsListsAndBlobsAreStored() {
      graph.load(
          LoadMode.MERGE,
          """
          {"type":"Note","data":{"id":"n1","text":"a","emb":[1.0,2.0],"tags":["x",null,"y"],"nums":[],"body":"base64:SGVsbG8gV29ybGQ="}}
          {"type":"Note","data":{"id":"n2","text":"b"}}
          """);
      assertThat(graph.cell("node:Note", "n1", "emb"))
          .isEqualTo(new Value.Vector(new float[] {1, 2}));
      List<String> tags = new ArrayList<>(List.of("x", "y"));
      tags.add(1, null);
      assertThat(graph.cell("node:Note", "n1", "tags")).isEqualTo(tags);
      assertThat(graph.cell("node:Note", "n1", "nums")).isEqualTo(List.of());
      assertThat(graph.cell("node:Note", "n2", "emb")).isNull();
      assertThat(graph.cell("node:Note", "n2", "tags")).isNull();
    }

    @Test
    void missingAndNullValuesOfRequiredPropertiesAreRefused() {
      assertThat(messageOf(MERGE, "{\"type\":\"Note\"}"))
          .isEqualTo("record 1: non-nullable property 'text' has null or invalid values");
      assertThat(messageOf(MERGE, "{\"type\":\"Note\",\"data\":{\"text\":null}}"))
          .isEqualTo("record 1: non-nullable property 'text' has null or invalid values");
    }

    @Test
    void externalBlobsNeedPermission() {
      String record = "{\"type\":\"Note\",\"data\":{\"text\":\"a\",\"body\":\"s3://b/k\"}}";
      assertThat(messageOf(MERGE, record))
          .isEqualTo(
              "record 1: blob property 'body': the external URI 's3://b/k' is not allowed here;"
                  + " send the bytes as \"base64:...\"");
      assertThat(
              messageOf(
                  MERGE, "{\"type\":\"Note\",\"data\":{\"text\":\"a\",\"body\":\"base64:%%\"}}"))
          .startsWith("record 1: invalid base64 blob data: ");
    }

    @Test
    void lenientReadingCoercesAsVersionEightDid() {
      LoadOptions lenient = MERGE.withLenient(true);
      graph.load(
          lenient,
          """
          {"type":"All","data":{"code":"c","i":"five","u":-1,"day":true,"nope":1,"b":true,"b":false}}
          """);
      assertThat(graph.cell("node:All", "c", "i")).isNull();
      assertThat(graph.cell("node:All", "c", "u")).isEqualTo(4294967295L);
      assertThat(graph.cell("node:All", "c", "b")).isEqualTo(false);
      graph.load(lenient, "{\"type\":\"All\",\"data\":{\"code\":\"c\",\"i\":2147483649}}");
      assertThat(graph.cell("node:All", "c", "i")).isEqualTo(-2147483647L);
      assertThat(messageOf(lenient, "{\"type\":\"Note\",\"data\":{\"text\":5}}"))
          .isEqualTo("record 1: non-nullable property 'text' has null or invalid values");
    }

    @Test
    void textOutsideTheBasicPlaneSurvivesAndLoneSurrogatesAreRefused() {
      graph.load(
          LoadMode.MERGE,
          "{\"type\":\"Guild\",\"data\":{\"title\":\"é\uD83D\uDE00\\uD83D\\uDE01\"}}");
      assertThat(graph.idsOf("node:Guild")).containsExactly("é\uD83D\uDE00\uD83D\uDE01");
      assertThat(messageOf(MERGE, "{\"type\":\"Guild\",\"data\":{\"title\":\"\\uD83D\"}}"))
          .isEqualTo("record 1: text holds an unpaired surrogate");
    }

    @Test
    void aBlobOfSeveralMegabytesIsRead() {
      byte[] payload = new byte[3 << 20];
      new java.util.Random(7).nextBytes(payload);
      graph.load(
          LoadMode.MERGE,
          "{\"type\":\"Note\",\"data\":{\"id\":\"n\",\"text\":\"a\",\"body\":\"base64:"
              + Base64.getEncoder().encodeToString(payload)
              + "\"}}");
      assertThat(graph.idsOf("node:Note")).containsExactly("n");
    }
  }

  @Nested
  class Modes {

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
                    .isEqualTo(
                        Map.of("table_key", "node:Member", "entity_id", "ben", "record", 2L));
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

  @Nested
  class Ids {

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

    @Test
    void ceilingsRefuseTheLoad() {
      LoadOptions limited =
          LoadOptions.of(LoadMode.MERGE).withLimits(new LoadOptions.Limits(2, Long.MAX_VALUE));
      String three = "{\"type\":\"Note\",\"data\":{\"text\":\"a\"}}".repeat(3);
      assertThatThrownBy(() -> graph.load(limited, three))
          .isInstanceOfSatisfying(
              ResourceLimitException.class,
              e -> assertThat(e.context()).containsEntry("limit", 2L).containsEntry("actual", 3L));
      assertThatThrownBy(
              () ->
                  graph.load(
                      LoadOptions.of(LoadMode.MERGE)
                          .withLimits(new LoadOptions.Limits(Long.MAX_VALUE, 50)),
                      three))
          .isInstanceOf(ResourceLimitException.class);
    }
  }

  @Test
  void rowsBeyondTheMemoryBudgetGoThroughATemporaryFile() {
    StringBuilder records = new StringBuilder();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      records.append("{\"type\":\"Member\",\"data\":{\"handle\":\"m").append(i).append("\"}}\n");
      records
          .append("{\"edge\":\"Follows\",\"from\":\"m")
          .append(i)
          .append("\",\"to\":\"m")
          .append(count - 1 - i)
          .append("\"}\n");
    }
    List<Long> progress = new ArrayList<>();
    graph.load(
        LoadOptions.of(LoadMode.APPEND)
            .withMemoryBytes(1 << 16)
            .withProgress((rows, bytes) -> progress.add(rows)),
        records.toString());
    assertThat(graph.table("edge:Follows").countRows()).isEqualTo(count);
    assertThat(progress).isSorted().endsWith(2L * count);
  }
}
