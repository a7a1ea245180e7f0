/**
 * The model-based harness: seeded random operations run against the engine and against a plain
 * in-memory graph, and both are compared after every step. Start reading at {@link
 * io.omnigraph.harness.GraphHarness}; a failure prints the seed that repeats it.
 */
@NullMarked
package io.omnigraph.harness;

import org.jspecify.annotations.NullMarked;
