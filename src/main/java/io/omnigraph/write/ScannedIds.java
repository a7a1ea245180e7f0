package io.omnigraph.write;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The ids of rows that are too many to be held at once: read again from the rows for every share.
 */
final class ScannedIds implements IdGroup {

  private final RowSource rows;
  private final BufferAllocator allocator;
  private final int shares;

  ScannedIds(RowSource rows, BufferAllocator allocator, int shares) {
    this.rows = rows;
    this.allocator = allocator;
    this.shares = shares;
  }

  @Override
  public int shares() {
    return shares;
  }

  @Override
  public IdPool in(HashShare share, IdBudget budget) {
    IdPool pool = new IdPool(budget);
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector ids = Rows.ids(batch);
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (share.has(ids, row)) {
            pool.add(ids, row);
          }
        }
      }
    }
    return pool;
  }
}
