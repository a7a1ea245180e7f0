package io.omnigraph.read.exec;

import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers in the place of texts: equal texts have equal numbers, and nulls stay nulls. */
record TextNumbers(KeyNumbers numbers, KeyColumn texts) implements Operand {

  @Override
  public Cells evaluate(Chunk chunk) {
    int rows = chunk.rows();
    int[] found = new int[rows];
    numbers.number(chunk, found);
    int none = texts.numberOfNull();
    boolean @Nullable [] nulls = null;
    for (int i = 0; none >= 0 && i < rows; i++) {
      if (found[i] == none) {
        nulls = Cells.markNull(nulls, i, rows);
      }
    }
    if (nulls == null) {
      return Cells.ofInts(Cells.Kind.INTEGER, found);
    }
    long[] wide = new long[rows];
    Arrays.setAll(wide, i -> found[i]);
    return Cells.ofLongs(Cells.Kind.INTEGER, wide, nulls);
  }
}
