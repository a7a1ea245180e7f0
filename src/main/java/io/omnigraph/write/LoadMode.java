package io.omnigraph.write;

/** What a load does with rows that exist. */
public enum LoadMode {
  /** Strict insert: an existing id is a key conflict. */
  APPEND,
  /** Upsert by id, whole rows. */
  MERGE,
  /** Every type present in the input is replaced entirely. */
  OVERWRITE;

  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
