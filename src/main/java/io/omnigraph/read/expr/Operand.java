package io.omnigraph.read.expr;

import io.omnigraph.read.column.Cells;

/** Computes an expression for every row of a chunk. */
@FunctionalInterface
public interface Operand {

  Cells evaluate(Chunk chunk);
}
