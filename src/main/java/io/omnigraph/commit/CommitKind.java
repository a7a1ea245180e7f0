package io.omnigraph.commit;

import java.util.Locale;

/** Why a commit was made. */
public enum CommitKind {
  INIT,
  MUTATION,
  LOAD,
  MERGE,
  SCHEMA_APPLY,
  MAINTENANCE,
  RECOVERY,
  UNKNOWN;

  /** The lower-case word in metadata and events. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a word; anything unknown is {@link #UNKNOWN}, as rows of other writers are. */
  public static CommitKind parse(String word) {
    for (CommitKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    return UNKNOWN;
  }
}
