/**
 * Physical operators, one class each, pulling {@link io.omnigraph.read.expr.Chunk}s: scan, expand,
 * filter, anti-join, rank, sort, aggregate, limit. {@link io.omnigraph.read.exec.PhysicalPlanner}
 * builds a tree of them from a logical plan. Each operator can be tested alone on hand-made inputs.
 */
@NullMarked
package io.omnigraph.read.exec;

import org.jspecify.annotations.NullMarked;
