package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFieldsTest {

  private static JsonFields parse(String json) {
    return JsonFields.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                            | 400 | the request body is empty
          {                             | 400 | line 1, column
          {"query": NaN}                | 400 | Non-standard token 'NaN'
          {"query": tru}                | 400 | malformed JSON
          {"query": "a"} x              | 400 | malformed JSON
          {"query": "a", "query": "b"}  | 400 | Duplicate field 'query'
          []                            | 422 | must be a JSON object, not an array
          7                             | 422 | must be a JSON object, not a number
          {}                            | 422 | missing field `query`
          {"query": null}               | 422 | missing field `query`
          {"query": 1}                  | 422 | field `query`: expected a string, got a number
          {"query": "a", "params": []}  | 422 | field `params`: expected an object, got an array
          {"query": "a", "branch": {}}  | 422 | field `branch`: expected a string, got an object
          {"query": "\\ud800"}           | 422 | field `query`: text holds an unpaired surrogate
          """)
  void everyKindOfBrokenBodyIsNamed(String body, int status, String text) {
    assertThatThrownBy(() -> QueryRequest.parse(parse(body)))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(status))
        .hasMessageContaining(text)
        .hasMessageNotContaining("Feature");
  }

  @Test
  void nestingBeyondReasonIsRefusedAndDoesNotOverflowTheStack() {
    assertThatThrownBy(() -> parse("{\"params\":" + "[".repeat(100_000)))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("malformed JSON")
        .hasMessageNotContaining("StreamReadConstraints");
  }

  @Test
  void unknownFieldsAreRememberedInTheirOrder() {
    JsonFields fields = parse("{\"z\": 1, \"query\": \"a\", \"b\": 2}");
    QueryRequest.parse(fields);
    assertThat(fields.unknown()).containsExactly("z", "b");
  }

  @Test
  void anUnknownExportSelectorIsRefused() {
    assertThatThrownBy(() -> ExportRequest.parse(parse("{\"type_name\": [\"Person\"]}")))
        .hasMessage("unknown field `type_name`");
  }

  @Test
  void aMutationMayUseTheOlderFieldNames() {
    ChangeRequest request =
        ChangeRequest.parse(parse("{\"query_source\": \"q\", \"query_name\": \"n\"}"));
    assertThat(request.query()).isEqualTo("q");
    assertThat(request.name()).isEqualTo("n");
  }
}
