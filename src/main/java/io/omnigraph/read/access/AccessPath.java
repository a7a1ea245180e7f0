package io.omnigraph.read.access;

/** How a table is read. */
public enum AccessPath {
  /** From the in-memory caches, built if missing. */
  RESIDENT("resident"),
  /** By filters and id lists that storage answers with its indices. */
  INDEXED("indexed"),
  /** By scanning tables without their indices. */
  SCAN("scan");

  private final String word;

  AccessPath(String word) {
    this.word = word;
  }

  /** The lower-case word shown to users. */
  public String word() {
    return word;
  }
}
