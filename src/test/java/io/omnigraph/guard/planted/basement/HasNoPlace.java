package io.omnigraph.guard.planted.basement;

/** A room that the plan does not know. */
record HasNoPlace(String name) {}
