package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import java.time.Duration;

/** What the branches of a graph show now. Thread-safe. */
interface GraphHeads extends AutoCloseable {

  /**
   * @throws io.omnigraph.model.NotFoundException if there is no such branch
   */
  default Snapshot snapshot(BranchName branch) {
    return snapshot(branch, Duration.ZERO);
  }

  /**
   * The head, as it was at most so long ago.
   *
   * @param maxAge zero for the head of this moment
   * @throws io.omnigraph.model.NotFoundException if there is no such branch
   */
  Snapshot snapshot(BranchName branch, Duration maxAge);

  /** The history of a branch, complete up to its present head. */
  CommitGraph graph(BranchName branch);

  @Override
  void close();
}
