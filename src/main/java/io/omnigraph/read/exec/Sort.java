package io.omnigraph.read.exec;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Comparisons;
import io.omnigraph.read.expr.Operand;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders rows by keys, nulls smallest; keeps only the best {@code limit} rows while reading if only
 * so many are asked for. A row is named by its chunk number and its place in the chunk.
 */
final class Sort extends Operator {

  /** One sort key. */
  record Key(Operand operand, boolean descending) {}

  private static final int ROW_BITS = 12;
  private static final int ROW_MASK = (1 << ROW_BITS) - 1;
  private static final int MIN_PRUNE = 16_384;
  private static final int MAX_PRUNED = 1 << 28;

  /** The sign bit of a row's name is never used. */
  private static final int MAX_CHUNKS = 1 << (31 - ROW_BITS);

  private record Kept(int[][] columns, Cells[] keys, int rows) {}

  private final Operator input;
  private final List<Key> keys;
  private final int[] slots;
  private final long limit;
  private final int inOrder;
  private boolean enough;
  private final Chunk out;
  private final List<Kept> kept = new ArrayList<>();
  private final IntComparator order = this::compare;
  private int[] rows = new int[64];
  private int count;
  private int worst = -1;
  private boolean sorted;
  private int given;
  private final @Nullable PageKey after;
  private final Cells[] start;
  private long equalSkipped;

  /**
   * @param limit most rows that will be asked for
   * @param inOrder by how many of the keys the input comes in order already; reading then ends with
   *     the rows that are wanted
   * @param after leave out the rows up to this key; null for none
   */
  Sort(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      List<Key> keys,
      int[] slots,
      long limit,
      int inOrder,
      int slotCount,
      @Nullable PageKey after) {
    super(stats, budget);
    this.input = inOrder > 0 ? input : new Coalesce(budget, input);
    this.inOrder = inOrder;
    this.keys = keys;
    this.slots = slots;
    this.limit = limit;
    this.after = after;
    this.start =
        after == null
            ? new Cells[0]
            : after.values().stream().map(Cells::constant).toArray(Cells[]::new);
    this.out = new Chunk(slotCount);
  }

  @Override
  @Nullable Chunk pull() {
    if (!sorted) {
      if (limit > 0) {
        for (Chunk chunk = input.next(); chunk != null; chunk = enough ? null : input.next()) {
          take(chunk);
        }
      }
      prune();
      sorted = true;
    }
    int length = Math.min(Chunk.CAPACITY, count - given);
    if (length == 0) {
      return null;
    }
    for (int s = 0; s < slots.length; s++) {
      int[] target = given == 0 ? new int[length] : out.slot(slots[s]);
      for (int i = 0; i < length; i++) {
        int row = rows[given + i];
        target[i] = keptOf(row).columns[s][row & ROW_MASK];
      }
      out.slot(slots[s], target);
    }
    given += length;
    out.rows(length);
    return out;
  }

  private Kept keptOf(int row) {
    return kept.get(row >>> ROW_BITS);
  }

  private void take(Chunk chunk) {
    int all = chunk.rows();
    if (worst >= 0) {
      dropWorse(chunk);
    }
    int size = chunk.rows();
    enough |= inOrder > 0 && worst >= 0 && size < all;
    if (size == 0) {
      return;
    }
    if (kept.size() >= MAX_CHUNKS) {
      budget().reserve(budget().room() + 1); // more rows than can be named
    }
    Cells[] values = new Cells[keys.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = keys.get(k).operand().evaluate(chunk).settled(size);
    }
    requireComparable(values);
    int[][] columns = new int[slots.length][];
    for (int s = 0; s < slots.length; s++) {
      columns[s] = Arrays.copyOf(chunk.slot(slots[s]), size);
    }
    budget().reserve(bytes(size));
    int base = kept.size() << ROW_BITS;
    kept.add(new Kept(columns, values, size));
    if (count + size > rows.length) {
      int length = Math.max(count + size, rows.length * 2);
      budget().reserve(4L * (length - rows.length));
      rows = Arrays.copyOf(rows, length);
    }
    int before = count;
    for (int i = 0; i < size; i++) {
      if (after != null && isBefore(after, values, i)) {
        continue;
      }
      if (worst < 0 || compare(base + i, worst) < 0) {
        rows[count++] = base + i;
      }
    }
    if (count == before) {
      kept.removeLast();
      budget().release(bytes(size));
    } else if (inOrder > 0
        ? count >= limit
        : limit < MAX_PRUNED && count > Math.max(MIN_PRUNE, 4 * limit)) {
      prune();
    }
    enough |= inOrder > 0 && worst >= 0 && isPast(values, size - 1);
  }

  /**
   * Drops the rows whose first key alone is worse than all that is kept, before anything else about
   * them is looked at.
   */
  private void dropWorse(Chunk chunk) {
    Key key = keys.getFirst();
    Cells values = key.operand().evaluate(chunk);
    Cells bounds = keptOf(worst).keys[0];
    int at = worst & ROW_MASK;
    int[] selected = new int[chunk.rows()];
    int better = 0;
    if (values.isNarrow() && bounds.isNarrow() && !values.hasNulls() && !bounds.isNull(at)) {
      int[] ints = values.ints();
      int[] places = values.places(chunk.rows());
      int bound = (int) bounds.longAt(at);
      int turned = key.descending() ? -1 : 0;
      for (int i = 0; i < selected.length; i++) {
        selected[better] = i;
        better += (ints[places[i]] ^ turned) <= (bound ^ turned) ? 1 : 0;
      }
    } else {
      for (int i = 0; i < selected.length; i++) {
        int order = Comparisons.order(values, i, bounds, at);
        selected[better] = i;
        better += (key.descending() ? -order : order) <= 0 ? 1 : 0;
      }
    }
    chunk.keep(selected, better);
  }

  /** Whether a row and all that come after it are behind the last row that is wanted. */
  private boolean isPast(Cells[] values, int row) {
    Kept last = keptOf(worst);
    for (int k = 0; k < inOrder; k++) {
      int order = Comparisons.order(values[k], row, last.keys[k], worst & ROW_MASK);
      if (order != 0) {
        return keys.get(k).descending() ? order < 0 : order > 0;
      }
    }
    return false;
  }

  /** A page's key comes from outside. */
  private void requireComparable(Cells[] values) {
    boolean fits = after == null || start.length == values.length;
    for (int k = 0; fits && k < start.length; k++) {
      Cells.Kind have = values[k].kind();
      Cells.Kind given = start[k].kind();
      fits =
          have == given
              || have == Cells.Kind.NULL
              || given == Cells.Kind.NULL
              || have.isNumeric() && given.isNumeric();
    }
    if (!fits) {
      throw new BadRequestException(
          "invalid_cursor", "the cursor does not fit the order of the query; start again without");
    }
  }

  /** True for the rows that the pages up to a key have shown. */
  private boolean isBefore(PageKey key, Cells[] values, int row) {
    int order = compare(values, row, start, 0);
    if (order == 0 && equalSkipped < key.equal()) {
      equalSkipped++;
      return true;
    }
    return order < 0;
  }

  /**
   * Where a page that ends with a sorted row ends.
   *
   * @return null if no further row is known
   */
  @Nullable PageKey endOfPage(int lastRow) {
    if (!sorted || lastRow < 0 || count <= lastRow + 1) {
      return null;
    }
    int last = rows[lastRow];
    int first = lastRow;
    while (first > 0 && compare(rows[first - 1], last) == 0) {
      first--;
    }
    long equal = lastRow - first + 1;
    Kept chunk = keptOf(last);
    int row = last & ROW_MASK;
    if (first == 0 && after != null && compare(chunk.keys, row, start, 0) == 0) {
      equal += after.equal();
    }
    List<Value> values = new ArrayList<>();
    for (Cells key : chunk.keys) {
      values.add(key.valueAt(row));
    }
    return new PageKey(values, equal);
  }

  private long bytes(int size) {
    return 64 + size * (4L * slots.length + 12L * keys.size() + 4);
  }

  /** Sorts what is there and forgets what cannot be asked for. */
  private void prune() {
    budget().reserve(4L * count); // the sort works on a copy
    IntArrays.mergeSort(rows, 0, count, order);
    budget().release(4L * count);
    if (count > limit) {
      count = (int) limit;
      dropUnused();
    }
    worst = limit > 0 && count == limit ? rows[count - 1] : -1;
  }

  /** Forgets chunks without a row that is still wanted and numbers the others anew. */
  private void dropUnused() {
    boolean[] used = new boolean[kept.size()];
    for (int i = 0; i < count; i++) {
      used[rows[i] >>> ROW_BITS] = true;
    }
    int[] numbers = new int[used.length];
    int left = 0;
    for (int i = 0; i < used.length; i++) {
      Kept chunk = kept.get(i);
      numbers[i] = left;
      if (used[i]) {
        kept.set(left++, chunk);
      } else {
        budget().release(bytes(chunk.rows));
      }
    }
    kept.subList(left, kept.size()).clear();
    for (int i = 0; i < count; i++) {
      rows[i] = (numbers[rows[i] >>> ROW_BITS] << ROW_BITS) | (rows[i] & ROW_MASK);
    }
  }

  private int compare(int left, int right) {
    Kept a = keptOf(left);
    Kept b = keptOf(right);
    return compare(a.keys, left & ROW_MASK, b.keys, right & ROW_MASK);
  }

  private int compare(Cells[] left, int leftRow, Cells[] right, int rightRow) {
    for (int k = 0; k < left.length; k++) {
      int order = Comparisons.order(left[k], leftRow, right[k], rightRow);
      if (order != 0) {
        return keys.get(k).descending() ? -order : order;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    kept.clear();
    input.close();
  }
}
