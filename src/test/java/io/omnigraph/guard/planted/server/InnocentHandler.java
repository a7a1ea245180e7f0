package io.omnigraph.guard.planted.server;

import io.vertx.core.Future;

/** The shell is reactive. */
record InnocentHandler(Future<String> answer) {}
