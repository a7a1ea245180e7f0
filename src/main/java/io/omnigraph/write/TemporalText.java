package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;

/**
 * Dates and instants as text. A date is {@code YYYY-MM-DD}; an instant is ISO 8601 with {@code T}
 * or a blank, seconds and fraction optional, {@code Z} or an offset optional (UTC without).
 * Fractions finer than milliseconds are cut off.
 */
final class TemporalText {

  private static final DateTimeFormatter LENIENT_INSTANT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHmm", "Z")
          .optionalEnd()
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .toFormatter(java.util.Locale.ROOT);

  private static final DateTimeFormatter OUTPUT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", java.util.Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private TemporalText() {}

  static int epochDay(String text) {
    try {
      return Math.toIntExact(LocalDate.parse(text).toEpochDay());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw invalid("Date", text, e);
    }
  }

  static long epochMilli(String text) {
    try {
      int separator = text.indexOf(' ');
      String iso =
          separator == 10
              ? text.substring(0, separator) + 'T' + text.substring(separator + 1)
              : text;
      var parsed =
          LENIENT_INSTANT.parseBest(
              iso.replace('z', 'Z').replace('t', 'T'), OffsetDateTime::from, LocalDateTime::from);
      Instant instant =
          parsed instanceof OffsetDateTime offset
              ? offset.toInstant()
              : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
      return instant.toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid("DateTime", text, e);
    }
  }

  static String date(int epochDay) {
    return LocalDate.ofEpochDay(epochDay).toString();
  }

  static String dateTime(long epochMilli) {
    return OUTPUT.format(Instant.ofEpochMilli(epochMilli));
  }

  private static BadRequestException invalid(String type, String text, Exception cause) {
    return new BadRequestException(
        "invalid_value",
        "invalid " + type + " literal '" + text + "'",
        java.util.Map.of("value", text),
        cause);
  }
}
