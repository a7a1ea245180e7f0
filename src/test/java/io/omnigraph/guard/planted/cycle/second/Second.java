package io.omnigraph.guard.planted.cycle.second;

import io.omnigraph.guard.planted.cycle.first.First;

/** The other half. */
public record Second(First other) {}
