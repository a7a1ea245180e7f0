package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the distinct values that an operand takes, in order of first sight. Where the operand is
 * about one node or edge and the input keeps coming back to them, the number of each one met is
 * remembered, so that its value is not looked up again.
 */
final class KeyNumbers {

  /** Fewer rows are not worth an array with a place for every node or edge. */
  private static final int MANY = 4 * Chunk.CAPACITY;

  /** How often every node or edge up to the last must have been met by then, on average. */
  private static final int OFTEN = 2;

  private final QueryBudget budget;
  private final Operand operand;
  private final int slot;
  private final KeyColumn values;
  private long met;
  private int highest;

  /** Number + 1 by node or edge; 0 if it was not met. */
  private int[] known = {};

  private @Nullable Cells current;

  /**
   * @param slot of the node or edge that alone decides the operand's value; -1 if there is none
   */
  KeyNumbers(QueryBudget budget, Operand operand, int slot) {
    this(budget, operand, slot, new KeyColumn(budget));
  }

  /**
   * @param values numbers equal values of several operands equally
   */
  KeyNumbers(QueryBudget budget, Operand operand, int slot, KeyColumn values) {
    this.budget = budget;
    this.operand = operand;
    this.slot = slot;
    this.values = values;
  }

  /** The values of the chunk that was numbered last. */
  Cells values(Chunk chunk) {
    Cells cells = current;
    if (cells == null) {
      cells = operand.evaluate(chunk);
      current = cells;
    }
    return cells;
  }

  /** Writes the number of each row's value. */
  void number(Chunk chunk, int[] into) {
    int rows = chunk.rows();
    current = null;
    met += rows;
    if (slot < 0 || met < MANY) {
      values.number(values(chunk), rows, into);
      return;
    }
    int[] ordinals = chunk.slot(slot);
    for (int i = 0; i < rows; i++) {
      highest = Math.max(highest, ordinals[i]);
    }
    if (known.length == 0 && met < OFTEN * (highest + 1L)) {
      values.number(values(chunk), rows, into);
      return;
    }
    room();
    int[] numbers = known;
    int any = 0;
    for (int i = 0; i < rows; i++) {
      int number = numbers[ordinals[i]] - 1;
      into[i] = number;
      any |= number;
    }
    if (any < 0) {
      Cells cells = values(chunk);
      for (int i = 0; i < rows; i++) {
        if (into[i] < 0) {
          into[i] = values.number(cells, i);
          numbers[ordinals[i]] = into[i] + 1;
        }
      }
    }
  }

  private void room() {
    if (highest >= known.length) {
      int length = (int) Math.min(Integer.MAX_VALUE - 8L, highest + (highest >> 2) + 64L);
      budget.reserve(4L * (length - known.length));
      known = Arrays.copyOf(known, length);
    }
  }
}
