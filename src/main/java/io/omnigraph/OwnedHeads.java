package io.omnigraph;

import io.omnigraph.commit.CommitGraph;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.publish.Lanes;
import java.time.Duration;

/** Heads in the owning process: nobody else moves them, so nothing has to be looked up. */
record OwnedHeads(Lanes lanes) implements GraphHeads {

  @Override
  public Snapshot snapshot(BranchName branch, Duration maxAge) {
    return lanes.snapshot(branch);
  }

  @Override
  public CommitGraph graph(BranchName branch) {
    return lanes.graph(branch);
  }

  @Override
  public void close() {
    lanes.close();
  }
}
