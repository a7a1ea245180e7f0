package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Reads whole committed rows that an update rewrites, blobs included. */
final class CommittedImages {

  /**
   * @param row values in physical column order
   */
  record Image(String id, long address, List<Value> row) {}

  private final WriteBase base;
  private final TableLayout layout;

  CommittedImages(WriteBase base, TableLayout layout) {
    this.base = base;
    this.layout = layout;
  }

  /**
   * The matching rows in table order.
   *
   * @param overwritten positions of columns that get a new value anyway
   * @param shadowed rows by id that are not to be read, having a newer image
   */
  List<Image> matching(Match match, Set<Integer> overwritten, Predicate<String> shadowed) {
    List<Integer> blobs = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < layout.width(); i++) {
      Field field = layout.schema().getFields().get(i);
      if (!TableSchemas.isBlob(field)) {
        columns.add(field.getName());
      } else if (!overwritten.contains(i)) {
        blobs.add(i);
      }
    }
    columns.add(ScanRequest.ROW_ADDRESS);
    columns.add(ScanRequest.ROW_ID);
    List<Image> images = new ArrayList<>();
    LongArrayList rowIds = new LongArrayList();
    new CommittedRows(base, layout.key())
        .visit(
            match.request(columns),
            (batch, row) -> {
              if (match.test(batch, row) && !shadowed.test(Rows.id(batch, row))) {
                images.add(
                    new Image(Rows.id(batch, row), Rows.address(batch, row), read(batch, row)));
                rowIds.add(Rows.rowId(batch, row));
              }
            });
    if (!images.isEmpty() && !blobs.isEmpty()) {
      fillBlobs(images, rowIds.toLongArray(), blobs);
    }
    return images;
  }

  private List<Value> read(VectorSchemaRoot batch, int row) {
    Value[] values = new Value[layout.width()];
    for (int i = 0; i < values.length; i++) {
      FieldVector cells = batch.getVector(layout.schema().getFields().get(i).getName());
      values[i] = cells == null ? Value.NULL : Cells.read(cells, row);
    }
    return Arrays.asList(values);
  }

  private void fillBlobs(List<Image> images, long[] rowIds, List<Integer> positions) {
    SnapshotHandle handle = base.table(layout.key());
    List<String> columns =
        positions.stream().map(p -> layout.schema().getFields().get(p).getName()).toList();
    int done = 0;
    try (BatchStream stream = handle.takeRows(rowIds, columns)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        int rows = batch.getRowCount();
        for (int i = 0; i < columns.size(); i++) {
          @Nullable String[] texts =
              StoredBlobs.texts(handle, batch.getVector(columns.get(i)), rows, rowIds, done);
          for (int row = 0; row < rows; row++) {
            String text = texts[row];
            images
                .get(done + row)
                .row()
                .set(positions.get(i), text == null ? Value.NULL : new Value.Text(text));
          }
        }
        done += rows;
      }
    }
  }
}
