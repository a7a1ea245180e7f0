package io.omnigraph.read.expr;

import io.omnigraph.read.column.Cells;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch of binding rows: for each carried variable one int column, found at the variable's slot;
 * columns of slots that are not carried are null. Belongs to the operator that made it and is valid
 * until that operator is asked for the next one; whoever got it may thin it out in place.
 *
 * <p>A chunk may stand behind another one ({@link #follow}): its rows come from rows of that
 * source, and the columns they share are copied only when somebody asks for them. What is computed
 * from such a column can be computed once per row of the source instead.
 */
public final class Chunk {

  /** Most rows of a chunk. */
  public static final int CAPACITY = 4096;

  private static final int[] NO_ROWS = {};

  private final int[][] slots;
  private long @Nullable [] weights;
  private int rows;

  /** The slots whose columns still stand in the source. */
  private final boolean[] behind;

  private @Nullable Chunk source;
  private int[] from = NO_ROWS;

  /** What was computed over the rows as they are now. */
  private Operand[] known = {};

  private Cells[] knownCells = {};
  private int knownCount;

  public Chunk(int slotCount) {
    slots = new int[slotCount][];
    behind = new boolean[slotCount];
  }

  public int rows() {
    return rows;
  }

  public void rows(int count) {
    rows = count;
    forget();
  }

  /** The column of a slot, filled up to {@link #rows}. */
  public int[] slot(int slot) {
    if (behind[slot]) {
      fetch(slot);
    }
    return slots[slot];
  }

  private void fetch(int slot) {
    int[] values = sourceOf(slot).slot(slot);
    int[] own = slots[slot];
    if (own == null || own.length < rows) {
      own = new int[Math.max(rows, from.length)];
      slots[slot] = own;
    }
    int[] at = from;
    for (int i = 0; i < rows; i++) {
      own[i] = values[at[i]];
    }
    behind[slot] = false;
  }

  private Chunk sourceOf(int slot) {
    if (source == null || !behind[slot]) {
      throw new IllegalStateException("slot " + slot + " does not stand in a source");
    }
    return source;
  }

  public boolean carries(int slot) {
    return behind[slot] || slots[slot] != null;
  }

  public int slotCount() {
    return slots.length;
  }

  public void slot(int slot, int[] column) {
    slots[slot] = column;
    behind[slot] = false;
    forget();
  }

  /**
   * Makes the rows follow those of a source, which stays as it is while this chunk is used.
   *
   * @param carried slots whose columns are the source's
   * @param newFrom the source's row of each row; thinned out with this chunk
   */
  public void follow(Chunk newSource, int[] carried, int[] newFrom, int count) {
    source = newSource;
    from = newFrom;
    for (int slot : carried) {
      behind[slot] = true;
    }
    rows(count);
  }

  /** The chunk in which a slot's column still stands; null if it stands here. */
  @Nullable Chunk behind(int slot) {
    return behind[slot] ? source : null;
  }

  /** The source's row of each row. */
  int[] from() {
    return from;
  }

  /** What an operand gave for the rows as they are; null if that is not known. */
  @Nullable Cells known(Operand operand) {
    for (int i = 0; i < knownCount; i++) {
      if (known[i] == operand) {
        return knownCells[i];
      }
    }
    return null;
  }

  /**
   * @param cells settled
   */
  void remember(Operand operand, Cells cells) {
    if (knownCount == known.length) {
      known = Arrays.copyOf(known, knownCount + 4);
      knownCells = Arrays.copyOf(knownCells, knownCount + 4);
    }
    known[knownCount] = operand;
    knownCells[knownCount++] = cells;
  }

  private void forget() {
    if (knownCount > 0) {
      Arrays.fill(knownCells, 0, knownCount, null);
      knownCount = 0;
    }
  }

  /**
   * How many equal rows each row stands for; null for one each. Only the counting of whole patterns
   * makes such chunks, and only an aggregation gets them.
   */
  public long @Nullable [] weights() {
    return weights;
  }

  public void weights(long @Nullable [] newWeights) {
    weights = newWeights;
  }

  /** Keeps only some rows, given ascending. */
  public void keep(int[] selected, int count) {
    if (count == rows) {
      return;
    }
    boolean follows = false;
    for (int slot = 0; slot < slots.length; slot++) {
      if (behind[slot]) {
        follows = true;
      } else if (slots[slot] != null) {
        thin(slots[slot], selected, count);
      }
    }
    if (follows) {
      thin(from, selected, count);
    }
    rows(count);
  }

  /**
   * Keeps only some rows, and of them only some columns; the others must not be asked for again.
   */
  public void keepOnly(int[] selected, int count, int[] wanted) {
    if (count == rows) {
      return;
    }
    boolean follows = false;
    for (int slot : wanted) {
      if (behind[slot]) {
        follows = true;
      } else {
        thin(slots[slot], selected, count);
      }
    }
    if (follows) {
      thin(from, selected, count);
    }
    rows(count);
  }

  private static void thin(int[] column, int[] selected, int count) {
    for (int i = 0; i < count; i++) {
      column[i] = column[selected[i]];
    }
  }
}
