package io.omnigraph.model;

import java.util.regex.Pattern;

/**
 * The id of one graph commit: a ULID, 26 upper-case Crockford characters. Ordered by its text,
 * which is time order.
 */
public record CommitId(String value) implements Comparable<CommitId> {

  private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

  public CommitId {
    if (!ULID.matcher(value).matches()) {
      throw new BadRequestException(
          "invalid_commit_id", "invalid commit id '" + value + "': expected a 26-character ULID");
    }
  }

  @Override
  public int compareTo(CommitId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
