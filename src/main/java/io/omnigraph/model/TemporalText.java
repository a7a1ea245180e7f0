package io.omnigraph.model;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the textual forms of dates and instants. Stateless, thread-safe. */
public final class TemporalText {

  private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");

  private static final Pattern DATE_TIME =
      Pattern.compile(
          DATE.pattern()
              + "(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?"
              + " ?(Z|z|[+-]\\d{2}(?::?\\d{2})?)?)?");

  private static final long MILLIS_PER_DAY = 86_400_000L;
  private static final long MILLIS_PER_MINUTE = 60_000L;

  private TemporalText() {}

  /** Days since 1970-01-01 of {@code YYYY-MM-DD}; empty if the text is nothing of the kind. */
  public static OptionalInt date(String text) {
    Matcher matcher = DATE.matcher(text);
    return matcher.matches() ? epochDay(matcher) : OptionalInt.empty();
  }

  /**
   * Milliseconds since 1970-01-01T00:00:00Z of an ISO 8601 / RFC 3339 text: {@code T} or a space
   * before the time, seconds and fraction optional (finer than a millisecond is cut off), {@code Z}
   * or an offset; without either the time is UTC, without a time it is midnight. Empty if the text
   * is nothing of the kind.
   */
  public static OptionalLong dateTime(String text) {
    Matcher matcher = DATE_TIME.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    OptionalInt day = epochDay(matcher);
    int hour = number(matcher, 4);
    int minute = number(matcher, 5);
    int second = number(matcher, 6);
    int offset = offsetMinutes(matcher.group(8));
    if (day.isEmpty() || hour > 23 || minute > 59 || second > 59 || Math.abs(offset) > 18 * 60) {
      return OptionalLong.empty();
    }
    long ofDay = ((hour * 60L + minute) * 60L + second) * 1000L + millis(matcher.group(7));
    return OptionalLong.of(day.getAsInt() * MILLIS_PER_DAY + ofDay - offset * MILLIS_PER_MINUTE);
  }

  private static OptionalInt epochDay(Matcher matcher) {
    try {
      return OptionalInt.of(
          (int)
              LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3))
                  .toEpochDay());
    } catch (DateTimeException e) {
      return OptionalInt.empty();
    }
  }

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static int millis(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "00").substring(0, 3));
  }

  private static int offsetMinutes(@Nullable String offset) {
    if (offset == null || offset.equalsIgnoreCase("Z")) {
      return 0;
    }
    int hours = Integer.parseInt(offset.substring(1, 3));
    int minutes = offset.length() > 3 ? Integer.parseInt(offset.substring(offset.length() - 2)) : 0;
    int total = hours * 60 + minutes;
    return offset.charAt(0) == '-' ? -total : total;
  }
}
