package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;

/** What the branches of a graph show now. Thread-safe. */
interface GraphHeads extends AutoCloseable {

  /**
   * @throws io.omnigraph.model.NotFoundException if there is no such branch
   */
  Snapshot snapshot(BranchName branch);

  /** The history of a branch, complete up to its present head. */
  CommitGraph graph(BranchName branch);

  @Override
  void close();
}
