package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;

/**
 * Numbers distinct tuples of values in order of first sight: each column numbers its own values,
 * and pairs of numbers are numbered from left to right.
 */
final class KeyTable {

  private final KeyColumn[] columns;

  /** The n-th numbers what the columns up to n and the column after it have together. */
  private final LongTable[] pairs;

  private int[] scratch = {};

  /**
   * @param width values in a tuple, at least one
   */
  KeyTable(QueryBudget budget, int width) {
    columns = new KeyColumn[width];
    pairs = new LongTable[width - 1];
    for (int c = 0; c < width; c++) {
      columns[c] = new KeyColumn(budget);
    }
    for (int p = 0; p < pairs.length; p++) {
      pairs[p] = new LongTable(budget);
    }
  }

  /** How many different tuples were seen. */
  int size() {
    return pairs.length == 0 ? columns[0].size() : pairs[pairs.length - 1].size();
  }

  /** Writes the number of each row's tuple. */
  void number(Cells[] keys, int rows, int[] into) {
    columns[0].number(keys[0], rows, into);
    if (scratch.length < rows && pairs.length > 0) {
      scratch = new int[rows];
    }
    for (int p = 0; p < pairs.length; p++) {
      columns[p + 1].number(keys[p + 1], rows, scratch);
      LongTable table = pairs[p];
      for (int i = 0; i < rows; i++) {
        into[i] = table.number(((long) into[i] << 32) | scratch[i]);
      }
    }
  }
}
