package io.omnigraph.guard.planted.branch;

import io.omnigraph.guard.planted.storage.TableStorage;

/** Its own way to commit. */
abstract class OwnStorage implements TableStorage {}
