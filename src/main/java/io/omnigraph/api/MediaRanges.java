package io.omnigraph.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The media ranges of an {@code Accept} header, weighed as RFC 9110, section 12.5.1 says: the most
 * specific range that fits a type decides its quality.
 */
final class MediaRanges {

  /**
   * @param type in lower case, without parameters
   * @param quality 0 for what is not wanted
   */
  private record Range(String type, double quality) {

    /** How specific the range is about a type; 0 if it does not fit. */
    int fit(String offered) {
      if (type.equals(offered)) {
        return 3;
      }
      if (type.endsWith("/*") && offered.startsWith(type.substring(0, type.length() - 1))) {
        return 2;
      }
      return type.equals("*/*") || type.equals("*") ? 1 : 0;
    }
  }

  /** How welcome an offer is; the better of two equal qualities is named more exactly, or first. */
  private record Welcome(double quality, int fit, int place) {
    boolean beats(Welcome other) {
      if (quality != other.quality) {
        return quality > other.quality;
      }
      return fit == other.fit ? place < other.place : fit > other.fit;
    }
  }

  private final List<Range> ranges;

  private MediaRanges(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * @param header null if there is none, which welcomes everything
   */
  static MediaRanges of(@Nullable String header) {
    List<Range> ranges = new ArrayList<>();
    for (String text : header == null ? new String[] {"*/*"} : header.split(",")) {
      String[] parts = text.split(";", -1);
      String type = parts[0].strip().toLowerCase(Locale.ROOT);
      if (!type.isEmpty()) {
        ranges.add(new Range(type, quality(parts)));
      }
    }
    return new MediaRanges(ranges);
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String[] parameter = parts[i].split("=", 2);
      if (parameter.length == 2 && parameter[0].strip().equalsIgnoreCase("q")) {
        try {
          return Double.parseDouble(parameter[1].strip());
        } catch (NumberFormatException e) {
          return 1; // not a quality, so nothing was said about it
        }
      }
    }
    return 1;
  }

  /**
   * The most welcome of some types.
   *
   * @param offered the preferred one first
   * @return empty if none is welcome
   */
  Optional<String> best(List<String> offered) {
    String best = null;
    Welcome most = null;
    for (String type : offered) {
      Welcome welcome = welcome(type);
      if (welcome.quality() > 0 && (most == null || welcome.beats(most))) {
        best = type;
        most = welcome;
      }
    }
    return Optional.ofNullable(best);
  }

  private Welcome welcome(String type) {
    Welcome found = new Welcome(0, 0, 0);
    for (int i = 0; i < ranges.size(); i++) {
      int fit = ranges.get(i).fit(type);
      if (fit > found.fit()) {
        found = new Welcome(ranges.get(i).quality(), fit, i);
      }
    }
    return found;
  }
}
