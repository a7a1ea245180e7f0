package io.omnigraph.maintenance;

import io.omnigraph.model.BadRequestException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of its past a graph keeps without being asked. A commit can be read as long as it is
 * among the newest of its branch, or young; only what is neither is removed.
 *
 * @param versions newest commits of each branch that stay readable, at least 1
 * @param age commits younger than this stay readable, at least an hour
 * @param everything keep all; the other two do not matter then
 */
public record VersionRetention(int versions, Duration age, boolean everything) {

  /** No reader and no write takes longer, so that nothing is cut below them. */
  public static final Duration LEAST_AGE = Duration.ofHours(1);

  /** Fifty commits of each branch and thirty days. */
  public static final VersionRetention STANDARD =
      new VersionRetention(50, Duration.ofDays(30), false);

  /** Nothing is removed unless a cleanup is asked for. */
  public static final VersionRetention EVERYTHING =
      new VersionRetention(STANDARD.versions, STANDARD.age, true);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\s*,\\s*(\\d{1,6})\\s*([hdw])");

  public VersionRetention {
    if (versions < 1) {
      throw invalid("at least 1 commit of each branch must be kept, not " + versions);
    }
    if (age.compareTo(LEAST_AGE) < 0) {
      throw invalid(
          "what is younger than 1 hour is never removed automatically; the age given is " + age);
    }
  }

  /** So many commits and so long, whichever keeps more. */
  public static VersionRetention of(int versions, Duration age) {
    return new VersionRetention(versions, age, false);
  }

  /**
   * Reads {@code off}, or a number of commits and an age: {@code 50,30d}; ages end in h, d or w.
   *
   * @throws BadRequestException with code {@code retention_invalid}
   */
  public static VersionRetention parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    if (plain.equals("off")) {
      return EVERYTHING;
    }
    Matcher matcher = TEXT.matcher(plain);
    if (!matcher.matches()) {
      throw invalid(
          "'"
              + text
              + "' is neither `off` nor a number of commits and an age with h, d or w, such as"
              + " `50,30d`");
    }
    long number = Long.parseLong(matcher.group(2));
    Duration age =
        switch (matcher.group(3)) {
          case "h" -> Duration.ofHours(number);
          case "d" -> Duration.ofDays(number);
          default -> Duration.ofDays(7 * number);
        };
    return of(Integer.parseInt(matcher.group(1)), age);
  }

  CleanupPolicy policy() {
    return new CleanupPolicy(versions, age);
  }

  private static BadRequestException invalid(String reason) {
    return new BadRequestException("retention_invalid", "the retention of versions: " + reason);
  }
}
