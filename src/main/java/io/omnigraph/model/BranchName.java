package io.omnigraph.model;

/**
 * The name of a graph branch. Segments separated by {@code /}; each segment holds letters, digits,
 * {@code . - _}. Names are validated here, before any storage call, because the storage library
 * leaves residue behind a name that it rejects.
 */
public record BranchName(String value) implements Comparable<BranchName> {

  /** The branch every graph starts with. It cannot be created or deleted. */
  public static final BranchName MAIN = new BranchName("main");

  /**
   * Held as a branch of the manifest while a schema change runs; hidden from every public listing.
   */
  public static final BranchName SCHEMA_APPLY_LOCK = new BranchName("__schema_apply_lock__");

  public BranchName {
    String reason = rejectionReason(value);
    if (reason != null) {
      throw new BadRequestException(
          "invalid_branch_name", "invalid branch name '" + value + "': " + reason);
    }
  }

  /**
   * Trims and validates a name given by a user.
   *
   * @throws BadRequestException if the name is empty or malformed
   */
  public static BranchName of(String text) {
    return new BranchName(text.strip());
  }

  public boolean isMain() {
    return value.equals(MAIN.value);
  }

  /** True for names that only the engine itself may use. */
  public boolean isInternal() {
    return value.equals(SCHEMA_APPLY_LOCK.value);
  }

  /**
   * True if one name is a path prefix of the other ({@code rev} and {@code rev/1}): their folders
   * would overlap.
   */
  public boolean overlaps(BranchName other) {
    return !value.equals(other.value)
        && (value.startsWith(other.value + "/") || other.value.startsWith(value + "/"));
  }

  private static @org.jspecify.annotations.Nullable String rejectionReason(String value) {
    if (value.isEmpty()) {
      return "the name is empty";
    }
    if (value.length() > 200) {
      return "the name is longer than 200 characters";
    }
    if (value.startsWith("/") || value.endsWith("/") || value.contains("//")) {
      return "empty path segment";
    }
    if (value.contains("..")) {
      return "'..' is not allowed";
    }
    for (String segment : value.split("/")) {
      if (segment.endsWith(".lock")) {
        return "a segment must not end with '.lock'";
      }
    }
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '-' && c != '_' && c != '/') {
        return "character '"
            + Character.toString(c)
            + "' is not allowed (letters, digits, '.', '-', '_', '/')";
      }
      i += Character.charCount(c);
    }
    return null;
  }

  @Override
  public int compareTo(BranchName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
