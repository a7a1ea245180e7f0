package io.omnigraph.storage;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * How selective the columns of a table are, judged by a fixed number of rows from several places of
 * it: the cost does not grow with the table. Used to choose through which column of a composite
 * group its holders are looked up.
 */
public final class ColumnSample {

  private static final int PLACES = 4;
  private static final int ROWS_PER_PLACE = 256;

  private final List<String> columns;
  private final List<Set<Object>> distinct = new ArrayList<>();

  private ColumnSample(List<String> columns) {
    this.columns = columns;
    columns.forEach(c -> distinct.add(new HashSet<>()));
  }

  /** Reads the sample. */
  public static ColumnSample of(SnapshotHandle table, List<String> columns) {
    ColumnSample sample = new ColumnSample(List.copyOf(columns));
    long rows = table.countRows();
    long step = Math.max(ROWS_PER_PLACE, rows / PLACES);
    LongArrayList ids = new LongArrayList();
    for (long offset = 0; offset < rows; offset += step) {
      addRowIds(table, offset, ids);
    }
    sample.read(table, ids.toLongArray());
    return sample;
  }

  /** Row ids lie in the table's metadata; a limited scan of other columns reads whole pages. */
  private static void addRowIds(SnapshotHandle table, long offset, LongArrayList ids) {
    ScanRequest request = ScanRequest.of(ScanRequest.ROW_ID).limit(ROWS_PER_PLACE).offset(offset);
    try (BatchStream stream = table.scan(request)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        UInt8Vector cells = (UInt8Vector) batch.getVector(ScanRequest.ROW_ID);
        for (int row = 0; row < batch.getRowCount(); row++) {
          ids.add(cells.get(row));
        }
      }
    }
  }

  private void read(SnapshotHandle table, long[] rowIds) {
    try (BatchStream stream = table.takeRows(rowIds, columns)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int i = 0; i < columns.size(); i++) {
          for (int row = 0; row < batch.getRowCount(); row++) {
            distinct.get(i).add(Cells.read(batch.getVector(columns.get(i)), row));
          }
        }
      }
    }
  }

  /** How many different values of a column the sample holds. */
  public int distinct(String column) {
    return Objects.requireNonNull(distinct.get(columns.indexOf(column)), column).size();
  }

  /** The column with the most different values; the first one among equals. */
  public String mostSelective() {
    String best = columns.getFirst();
    for (String column : columns) {
      if (distinct(column) > distinct(best)) {
        best = column;
      }
    }
    return best;
  }
}
