package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import java.util.List;

/**
 * Numbers distinct tuples of values in order of first sight: each column numbers its own values,
 * and pairs of numbers are numbered from left to right.
 */
final class KeyTable {

  private final List<KeyNumbers> columns;

  /** The n-th numbers what the columns up to n and the column after it have together. */
  private final PairTable[] pairs;

  private int[] scratch = {};

  /**
   * @param columns at least one
   */
  KeyTable(QueryBudget budget, List<KeyNumbers> columns) {
    this.columns = columns;
    pairs = new PairTable[columns.size() - 1];
    for (int p = 0; p < pairs.length; p++) {
      pairs[p] = new PairTable(budget);
    }
  }

  /** Writes the number of each row's tuple. */
  void number(Chunk chunk, int[] into) {
    columns.getFirst().number(chunk, into);
    if (pairs.length > 0 && scratch.length < chunk.rows()) {
      scratch = new int[chunk.rows()];
    }
    for (int p = 0; p < pairs.length; p++) {
      columns.get(p + 1).number(chunk, scratch);
      pairs[p].number(into, scratch, chunk.rows(), into);
    }
  }
}
