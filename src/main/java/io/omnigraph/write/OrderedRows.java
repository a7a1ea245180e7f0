package io.omnigraph.write;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a table in the order of their ids.
 *
 * @param rowIds stable row ids, sorted by the rows' ids
 * @param inTableOrder true if that is the order of the table itself
 */
record OrderedRows(long[] rowIds, boolean inTableOrder) {

  /** Reads the ids of a table and sorts them. */
  static OrderedRows of(SnapshotHandle table) {
    IdPool ids = new IdPool();
    LongArrayList rowIds = new LongArrayList();
    boolean sorted = true;
    try (BatchStream stream = table.scan(ScanRequest.of(TableSchemas.ID, ScanRequest.ROW_ID))) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector cells = Rows.ids(batch);
        for (int row = 0; row < batch.getRowCount(); row++) {
          int ordinal = ids.add(cells, row);
          if (ordinal < 0) {
            throw new IllegalStateException(
                table.address() + " holds two rows with id '" + Rows.id(batch, row) + "'");
          }
          sorted = sorted && (ordinal == 0 || ids.compare(ordinal - 1, ordinal) < 0);
          rowIds.add(Rows.rowId(batch, row));
        }
      }
    }
    if (sorted) {
      return new OrderedRows(rowIds.toLongArray(), true);
    }
    int[] order = new int[ids.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    IntArrays.quickSort(order, ids::compare);
    long[] ordered = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered[i] = rowIds.getLong(order[i]);
    }
    return new OrderedRows(ordered, false);
  }
}
