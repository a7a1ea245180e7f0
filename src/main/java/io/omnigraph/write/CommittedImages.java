package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
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
      if (TableSchemas.isBlob(field) && !overwritten.contains(i)) {
        blobs.add(i);
      }
      if (!TableSchemas.isBlob(field) || !overwritten.contains(i)) {
        columns.add(field.getName());
      }
    }
    columns.add(ScanRequest.ROW_ADDRESS);
    columns.add(ScanRequest.ROW_ID);
    List<Image> images = new ArrayList<>();
    List<Long> rowIds = new ArrayList<>();
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
    long[] ids = rowIds.stream().mapToLong(Long::longValue).toArray();
    for (int position : blobs) {
      fillPayloads(images, ids, position);
    }
    return images;
  }

  private List<Value> read(VectorSchemaRoot batch, int row) {
    Value[] values = new Value[layout.width()];
    for (int i = 0; i < values.length; i++) {
      Field field = layout.schema().getFields().get(i);
      var vector = batch.getVector(field.getName());
      if (vector == null) {
        values[i] = Value.NULL;
      } else if (vector instanceof StructVector descriptor) {
        values[i] =
            BlobDescriptors.uri(descriptor, row).<Value>map(Value.Text::new).orElse(Value.NULL);
      } else {
        values[i] = Cells.read(vector, row);
      }
    }
    return Arrays.asList(values);
  }

  private void fillPayloads(List<Image> images, long[] rowIds, int position) {
    if (images.isEmpty()) {
      return;
    }
    SnapshotHandle handle = base.table(layout.key());
    String column = layout.schema().getFields().get(position).getName();
    List<byte @Nullable []> payloads = handle.takeBlobs(rowIds, column);
    for (int i = 0; i < images.size(); i++) {
      byte[] payload = payloads.get(i);
      List<Value> row = images.get(i).row();
      if (payload != null && row.get(position).isNull()) {
        row.set(
            position,
            new Value.Text(BlobText.INLINE + Base64.getEncoder().encodeToString(payload)));
      }
    }
  }
}
