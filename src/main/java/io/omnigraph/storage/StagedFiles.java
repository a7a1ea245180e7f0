package io.omnigraph.storage;

/**
 * New data files of a table, written but not committed. Created by the storage only; opaque above
 * it. Immutable.
 */
public interface StagedFiles {

  TableAddress address();

  long rowCount();

  long byteSize();
}
