package io.omnigraph.write;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.publish.OperationInfo;
import org.jspecify.annotations.Nullable;

/**
 * Where, by whom and under which conditions something is written.
 *
 * @param branch the branch that changes
 * @param actor who writes; null for anonymous
 * @param expectedHead publish only on this head; null for no condition
 * @param idempotencyKey a repeated request with this key is done once; null for none
 * @param requestDigest digest of the request that came with the key; null without one
 * @param operationId ULID of the operation; null for a fresh one
 */
public record WriteRequest(
    BranchName branch,
    @Nullable ActorId actor,
    @Nullable CommitId expectedHead,
    @Nullable String idempotencyKey,
    @Nullable String requestDigest,
    @Nullable String operationId) {

  /** An anonymous, unconditional write. */
  public static WriteRequest to(BranchName branch) {
    return new WriteRequest(branch, null, null, null, null, null);
  }

  OperationInfo toOperation(String freshId, CommitKind kind, boolean strict) {
    return new OperationInfo(
        operationId == null ? freshId : operationId,
        kind,
        branch,
        actor,
        strict,
        expectedHead == null,
        expectedHead,
        idempotencyKey,
        requestDigest,
        null);
  }
}
