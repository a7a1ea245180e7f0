/**
 * Expressions and conditions over batches of bindings: {@link io.omnigraph.read.expr.Chunk} holds
 * one int column of ordinals per variable, {@link io.omnigraph.read.expr.Operand} computes the
 * values of an expression for a chunk, {@link io.omnigraph.read.expr.RowTest} selects rows.
 * Comparison rules live in {@link io.omnigraph.read.expr.Comparisons} alone.
 */
@NullMarked
package io.omnigraph.read.expr;

import org.jspecify.annotations.NullMarked;
