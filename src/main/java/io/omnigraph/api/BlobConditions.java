package io.omnigraph.api;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request for a blob that decide what is sent: conditions on the entity tag first,
 * then the range (RFC 9110, sections 13.2.2 and 14). Blobs carry no date, so conditions on dates
 * are not looked at, and an {@code If-Range} with a date never holds.
 *
 * @param range sent for GET only; HEAD ignores it
 */
public record BlobConditions(
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    @Nullable String ifRange,
    @Nullable String range,
    boolean head) {

  private static final Pattern ENTITY_TAG = Pattern.compile("\\s*(W/)?(\"[^\"]*\")\\s*(?:,|$)");
  private static final Pattern ONE_RANGE =
      Pattern.compile("\\s*bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*", Pattern.CASE_INSENSITIVE);

  /** What is to be sent. */
  public sealed interface Decision {}

  /** The whole payload. */
  public record Whole() implements Decision {}

  /** A part of it: {@code length} bytes, at least one. */
  public record Part(long from, long length) implements Decision {}

  /** Nothing: the client has it. */
  public record NotModified() implements Decision {}

  /**
   * Decides.
   *
   * @param etag strong, quotes included
   * @param size bytes of the payload, at least one
   * @throws HttpException 412 if {@code If-Match} does not hold, 416 if the range lies outside
   */
  public Decision decide(String etag, long size) {
    if (ifMatch != null && !matches(ifMatch, etag, false)) {
      throw HttpException.blobChanged(etag);
    }
    if (ifNoneMatch != null && matches(ifNoneMatch, etag, true)) {
      return new NotModified();
    }
    if (head || range == null || (ifRange != null && !ifRange.strip().equals(etag))) {
      return new Whole();
    }
    return part(range, size);
  }

  private static boolean matches(String header, String etag, boolean weakly) {
    if (header.strip().equals("*")) {
      return true;
    }
    for (String tag : tags(header, weakly)) {
      if (tag.equals(etag)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> tags(String header, boolean weakOnesToo) {
    List<String> tags = new ArrayList<>();
    Matcher matcher = ENTITY_TAG.matcher(header);
    while (matcher.lookingAt()) {
      if (weakOnesToo || matcher.group(1) == null) {
        tags.add(matcher.group(2));
      }
      if (matcher.end() == header.length()) {
        break;
      }
      matcher.region(matcher.end(), header.length());
    }
    return tags;
  }

  /** Several ranges, other units and malformed ones are ignored, as the standard allows. */
  private static Decision part(String header, long size) {
    Matcher matcher = ONE_RANGE.matcher(header);
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return new Whole();
    }
    if (matcher.group(1).isEmpty()) {
      long last = number(matcher.group(2));
      if (last == 0) {
        throw HttpException.unsatisfiableRange(size, size, size);
      }
      long length = Math.min(last, size);
      return new Part(size - length, length);
    }
    long first = number(matcher.group(1));
    long end = matcher.group(2).isEmpty() ? Long.MAX_VALUE : number(matcher.group(2));
    if (end < first) {
      return new Whole();
    }
    if (first >= size) {
      throw HttpException.unsatisfiableRange(first, end, size);
    }
    return new Part(first, Math.min(end, size - 1) - first + 1);
  }

  /** Numbers beyond any blob's size count as the largest one. */
  private static long number(String digits) {
    BigInteger number = new BigInteger(digits);
    return number.bitLength() < Long.SIZE ? number.longValue() : Long.MAX_VALUE;
  }
}
