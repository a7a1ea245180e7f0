package io.omnigraph.storage;

/**
 * A transaction that waits to be committed on exactly one base version. Created by the storage
 * only. Immutable.
 */
public interface StagedWrite {

  /** The table and version it was staged on. */
  SnapshotHandle base();

  /** Everything needed to build an equal transaction again after a crash. */
  RedoRecord redo();

  /**
   * The data-file path of the last added fragment, by which its id is confirmed after the commit;
   * empty if nothing was added.
   */
  String lastAddedFile();

  /** Number of fragments the commit adds. */
  int addedFragments();
}
