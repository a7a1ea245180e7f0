package io.omnigraph.storage;

import java.util.List;

/**
 * New data files of a table, written but not committed. Created by the storage only; opaque above
 * it. Immutable.
 */
public interface StagedFiles {

  TableAddress address();

  long rowCount();

  long byteSize();

  /** The files, as {@link SnapshotHandle.FragmentInfo#dataFile} will name them. */
  List<String> dataFiles();
}
