package io.omnigraph.guard.planted.evolve;

import io.omnigraph.guard.planted.storage.TableStorage;

/** A commit beside the lane. */
final class CommitsByItself {

  void apply(TableStorage storage) {
    storage.commit("new schema");
  }
}
