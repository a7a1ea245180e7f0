package io.omnigraph.api;

import org.jspecify.annotations.Nullable;

/** A branch was deleted. */
public record BranchDeleteOutput(String uri, String name, @Nullable String actorId) {}
