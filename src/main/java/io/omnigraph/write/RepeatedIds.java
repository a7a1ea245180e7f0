package io.omnigraph.write;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * Finds out which rows of a load repeat an id, when the ids are too many to be remembered while the
 * rows are read: share by share afterwards.
 */
final class RepeatedIds {

  private final RowSource rows;
  private final BufferAllocator allocator;
  private Roaring64Bitmap superseded = new Roaring64Bitmap();
  private long firstRepeating = -1;

  RepeatedIds(RowSource rows, BufferAllocator allocator) {
    this.rows = rows;
    this.allocator = allocator;
  }

  /**
   * Goes through all rows.
   *
   * @param shares how many shares to begin with
   * @param visitor sees the ids of each share; perhaps more than once
   * @return how many shares it took
   */
  int find(int shares, IdBudget budget, Consumer<IdPool> visitor) {
    int count = shares;
    while (!fits(count, budget, visitor)) {
      count = IdBudget.more(count);
    }
    return count;
  }

  private boolean fits(int shares, IdBudget budget, Consumer<IdPool> visitor) {
    superseded = new Roaring64Bitmap();
    firstRepeating = -1;
    try {
      for (int i = 0; i < shares; i++) {
        visitor.accept(share(new HashShare(i, shares), budget.fresh()));
      }
      return true;
    } catch (IdBudget.Exceeded e) {
      return false;
    }
  }

  private IdPool share(HashShare share, IdBudget budget) {
    IdPool pool = new IdPool(budget);
    LongArrayList lastRow = new LongArrayList();
    long at = 0;
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector ids = Rows.ids(batch);
        for (int row = 0; row < batch.getRowCount(); row++, at++) {
          if (!share.has(ids, row)) {
            continue;
          }
          int added = pool.add(ids, row);
          if (added >= 0) {
            lastRow.add(at);
          } else {
            superseded.addLong(lastRow.getLong(-1 - added));
            lastRow.set(-1 - added, at);
            firstRepeating = firstRepeating < 0 ? at : Math.min(firstRepeating, at);
          }
        }
      }
    }
    return pool;
  }

  /** The first row whose id an earlier row has; -1 if there is none. */
  long firstRepeating() {
    return firstRepeating;
  }

  /** The rows that a later row with their id replaces. */
  Roaring64Bitmap superseded() {
    return superseded;
  }
}
