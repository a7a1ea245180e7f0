package io.omnigraph.commit;

import java.util.List;

/** A commit with the operations it carries, as its lineage row stores them. */
public record CommitRecord(GraphCommit commit, List<CommitOperation> operations) {
  public CommitRecord {
    operations = List.copyOf(operations);
  }
}
