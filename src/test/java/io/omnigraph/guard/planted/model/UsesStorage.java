package io.omnigraph.guard.planted.model;

import io.omnigraph.guard.planted.storage.TableStorage;

/** The vocabulary looks upward. */
record UsesStorage(TableStorage storage) {}
