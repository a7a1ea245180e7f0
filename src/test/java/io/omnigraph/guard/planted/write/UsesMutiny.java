package io.omnigraph.guard.planted.write;

import io.smallrye.mutiny.Multi;

/** A kernel class that streams by itself. */
record UsesMutiny(Multi<String> rows) {}
