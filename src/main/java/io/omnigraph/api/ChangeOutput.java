package io.omnigraph.api;

import org.jspecify.annotations.Nullable;

/** What a mutation did. {@code commit} is null if nothing changed. */
public record ChangeOutput(
    String branch,
    String queryName,
    long affectedNodes,
    long affectedEdges,
    @Nullable String actorId,
    @Nullable CommitOutput commit) {}
