package io.omnigraph.api;

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
    boolean replayed) {}
