package io.omnigraph.commit;

/**
 * Told of every commit after it is durable. Called on the committer's thread: returns at once; what
 * it throws is logged and never fails a commit.
 */
public interface CommitListener {

  void onCommit(CommitEvent event);

  default void onReference(ReferenceEvent event) {}

  CommitListener NONE = event -> {};
}
