package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How loads read the values of every type. */
class LoadValuesTest extends LoadTestBase {

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
