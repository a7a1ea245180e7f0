package io.omnigraph.guard.planted.storage;

/** Plays the part of the storage seam. */
public interface TableStorage {

  void commit(String staged);
}
