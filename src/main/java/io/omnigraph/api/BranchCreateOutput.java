package io.omnigraph.api;

import org.jspecify.annotations.Nullable;

/** A branch was created. */
public record BranchCreateOutput(String uri, String from, String name, @Nullable String actorId) {}
