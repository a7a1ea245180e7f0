package io.omnigraph.guard.planted.write;

import io.vertx.core.Future;

/** A kernel class on the event loop. */
record WaitsForVertx(Future<String> answer) {}
