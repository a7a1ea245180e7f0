package io.omnigraph.guard.planted.cycle.first;

import io.omnigraph.guard.planted.cycle.second.Second;

/** One half of a cycle. */
public record First(Second other) {}
