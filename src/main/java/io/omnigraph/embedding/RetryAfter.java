package io.omnigraph.embedding;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long a provider asks to be left alone (RFC 9110, 10.2.3): a number of seconds, or a date,
 * which is compared with the provider's own clock.
 */
final class RetryAfter {

  private RetryAfter() {}

  /** Zero if the header is missing or makes no sense. */
  static Duration of(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    Optional<Instant> until = date(value);
    Optional<Instant> now = headers.firstValue("Date").flatMap(RetryAfter::date);
    return until.isPresent() && now.isPresent() && until.get().isAfter(now.get())
        ? Duration.between(now.get(), until.get())
        : Duration.ZERO;
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip())));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
