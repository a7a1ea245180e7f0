package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which form of a result an {@code Accept} header gets. */
class ResultFormatTest {

  private static final String ARROW = "application/vnd.apache.arrow.stream";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | JSON",
        "application/json;q=0.5, application/x-ndjson | NDJSON",
        "application/json ; Q=0.5 , application/x-ndjson ; q=0.4 | JSON",
        "application/x-ndjson, application/json | NDJSON",
        "application/json, application/x-ndjson | JSON",
        "*/*, application/x-ndjson | NDJSON",
        "*/*;q=0.9, application/x-ndjson;q=0.8 | JSON",
        "application/*;q=0.3, application/vnd.apache.arrow.stream;q=0.5, */*;q=0.1 | ARROW",
        "application/json;q=0, */* | NDJSON",
        "application/json;q=0, application/x-ndjson;q=0.0, */*;q=0.1 | ARROW",
        "text/html, application/x-ndjson;q=0.9 | NDJSON",
        "text/html, image/gif, */*; q=.2 | JSON",
        "APPLICATION/X-NDJSON; charset=utf-8 | NDJSON",
        "application/x-ndjson;q=high, application/json;q=0.9 | NDJSON",
        "text/html | JSON",
        "application/json;q=0 | JSON",
        ",,; | JSON",
        "'' | JSON",
      })
  void theFormWithTheHighestQualityIsTaken(String accept, ResultFormat expected) {
    assertThat(ResultFormat.ofAccept(accept)).isEqualTo(expected);
  }

  @Test
  void withoutTheHeaderItIsJson() {
    assertThat(ResultFormat.ofAccept(null)).isEqualTo(ResultFormat.JSON);
    assertThat(ResultFormat.ofAccept(ARROW)).isEqualTo(ResultFormat.ARROW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | jsonl",
        "application/x-ndjson;q=0.5, application/vnd.apache.arrow.file | arrow",
        "application/vnd.apache.parquet;q=0.1, application/vnd.apache.arrow.file;q=0 | parquet",
        "application/x-ndjson, application/vnd.apache.parquet;q=0.9 | jsonl",
      })
  void anExportWeighsItTheSameWay(String accept, String expected) {
    ExportRequest request = new ExportRequest(null, List.of("Person"), List.of());

    assertThat(request.accepting(accept).format()).isEqualTo(expected);
  }
}
