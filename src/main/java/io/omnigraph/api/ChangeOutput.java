package io.omnigraph.api;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.publish.Receipt;
import io.omnigraph.write.MutationCounts;
import org.jspecify.annotations.Nullable;

/**
 * What a mutation did.
 *
 * @param commit null if nothing changed
 * @param operationId names the operation in the commit and to recovery
 * @param replayed true if an idempotency key matched an earlier request and nothing was done again
 */
public record ChangeOutput(
    String branch,
    String queryName,
    long affectedNodes,
    long affectedEdges,
    @Nullable String actorId,
    @Nullable CommitOutput commit,
    String operationId,
    boolean replayed) {

  static ChangeOutput of(
      BranchName branch, String queryName, @Nullable ActorId actor, Receipt<MutationCounts> done) {
    return new ChangeOutput(
        branch.value(),
        queryName,
        done.result().affectedNodes(),
        done.result().affectedEdges(),
        actor == null ? null : actor.value(),
        CommitOutput.of(done),
        done.operationId(),
        done.replayed());
  }
}
