package io.omnigraph.publish;

import io.omnigraph.commit.GraphCommit;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a write gets.
 *
 * @param operationId ULID of the operation, as the commit and a sidecar name it; of the earlier
 *     operation if replayed
 * @param commit the published commit (shared with the other members of a group); null if nothing
 *     changed
 * @param result the operation's own result
 * @param replayed true if an idempotency key matched an earlier operation and nothing was done
 *     again
 */
public record Receipt<R>(
    String operationId, @Nullable GraphCommit commit, R result, boolean replayed) {}
