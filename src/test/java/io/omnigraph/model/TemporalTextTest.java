package io.omnigraph.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemporalTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31"})
  void dates_are_days_since_1970(String text) {
    assertThat(TemporalText.date(text)).hasValue((int) LocalDate.parse(text).toEpochDay());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024-2-1",
        "2023-02-29",
        "2024-13-01",
        "2024-01-01T00:00:00Z",
        "20240101",
        "x"
      })
  void other_texts_are_no_dates(String text) {
    assertThat(TemporalText.date(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-06-01T12:00:00Z, 2024-06-01T12:00:00Z",
    "2024-06-01 12:00:00, 2024-06-01T12:00:00Z",
    "2024-06-01T12:00:00.123456789z, 2024-06-01T12:00:00.123Z",
    "2024-06-01T12:00:00.5+02:00, 2024-06-01T10:00:00.5Z",
    "2024-06-01T12:00:00-0330, 2024-06-01T15:30:00Z",
    "2024-06-01T00:30+01, 2024-05-31T23:30:00Z",
    "2024-06-01, 2024-06-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
  })
  void instants_are_milliseconds_since_1970(String text, String instant) {
    assertThat(TemporalText.dateTime(text)).hasValue(Instant.parse(instant).toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "noon",
        "2024-06-01T24:00:00Z",
        "2024-06-01T12:60:00Z",
        "2024-06-01T12:00:60Z",
        "2024-02-30T12:00:00Z",
        "2024-06-01T12:00:00+19:00",
        "2024-06-01T12:00:00.Z",
        "2024-06-01T12:00:00 UTC"
      })
  void other_texts_are_no_instants(String text) {
    assertThat(TemporalText.dateTime(text)).isEmpty();
  }
}
