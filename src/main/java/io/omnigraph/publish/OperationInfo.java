package io.omnigraph.publish;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * What the lane must know about an operation before it looks inside.
 *
 * @param operationId ULID, minted once; names the sidecar
 * @param strict true if a base that moved under it is a conflict for the caller (update, delete,
 *     overwrite, merge, schema); false if it is simply prepared again (insert, upsert)
 * @param groupable true if it may share one commit with others of the same actor
 * @param expectedHead publish only if the newest logical commit is this one; null for no condition
 * @param idempotencyKey null for none
 * @param requestDigest digest of the request that came with the key
 * @param mergedParent second parent of a merge commit
 */
public record OperationInfo(
    String operationId,
    CommitKind kind,
    BranchName branch,
    @Nullable ActorId actor,
    boolean strict,
    boolean groupable,
    @Nullable CommitId expectedHead,
    @Nullable String idempotencyKey,
    @Nullable String requestDigest,
    @Nullable CommitId mergedParent) {}
