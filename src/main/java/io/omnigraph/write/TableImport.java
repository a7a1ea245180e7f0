package io.omnigraph.write;

/**
 * What a commit of a bundle does to one table, besides the rows it adds.
 *
 * @param deleted ids of rows that go
 */
record TableImport(Kind kind, IdPool deleted) {

  enum Kind {
    /** Rows go and come. */
    DELTA,
    /** The table appears, or all its rows are replaced, perhaps under another schema. */
    IMAGE,
    /** The table vanishes. */
    DROP
  }

  TableImport(Kind kind) {
    this(kind, new IdPool());
  }
}
