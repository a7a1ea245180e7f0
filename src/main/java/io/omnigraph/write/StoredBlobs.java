package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.BlobReader;
import io.omnigraph.storage.SnapshotHandle;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Blob cells of committed rows as the text a load takes: {@code base64:} and the payload, or the
 * URI of what is stored elsewhere (which is not fetched). A payload passes through in pieces.
 */
final class StoredBlobs {

  /** Bytes of a payload in memory at a time; a multiple of three, so that base64 has no seams. */
  private static final int PIECE_BYTES = 3 << 18;

  private StoredBlobs() {}

  /**
   * Writes a cell as a JSON value.
   *
   * @param descriptors what the storage yields for the column, fetched by row id: a filtered scan
   *     that projects a blob column ends the whole process inside the library
   * @param rowId the stable id of the row
   */
  static void write(
      JsonGenerator json, SnapshotHandle table, FieldVector descriptors, int row, long rowId)
      throws IOException {
    Optional<String> uri = BlobCells.externalUri(descriptors, row);
    if (uri.isPresent()) {
      json.writeString(uri.get());
      return;
    }
    Optional<BlobReader> cell =
        descriptors.isNull(row) ? Optional.empty() : table.openBlob(rowId, descriptors.getName());
    if (cell.isEmpty()) {
      json.writeNull();
      return;
    }
    try (BlobReader payload = cell.get()) {
      json.writeRawValue("\"" + BlobText.INLINE);
      Base64.Encoder base64 = Base64.getEncoder();
      for (long from = 0; from < payload.size(); from += PIECE_BYTES) {
        byte[] piece = payload.read(from, (int) Math.min(PIECE_BYTES, payload.size() - from));
        json.writeRaw(base64.encodeToString(piece));
      }
      json.writeRaw('"');
    }
  }

  /**
   * Cells of a batch, payloads in memory.
   *
   * @param descriptors as above
   * @param rowIds stable ids of the rows of the batch, from {@code from} on
   * @return one text per row; null where the cell is null
   */
  static @Nullable String[] texts(
      SnapshotHandle table, FieldVector descriptors, int rows, long[] rowIds, int from) {
    @Nullable String[] texts = new @Nullable String[rows];
    IntArrayList inlineRows = new IntArrayList();
    LongArrayList inlineIds = new LongArrayList();
    for (int row = 0; row < rows; row++) {
      if (descriptors.isNull(row)) {
        continue;
      }
      texts[row] = BlobCells.externalUri(descriptors, row).orElse(null);
      if (texts[row] == null) {
        inlineRows.add(row);
        inlineIds.add(rowIds[from + row]);
      }
    }
    if (!inlineRows.isEmpty()) {
      List<byte @Nullable []> payloads =
          table.takeBlobs(inlineIds.toLongArray(), descriptors.getName());
      for (int i = 0; i < payloads.size(); i++) {
        byte[] payload = payloads.get(i);
        texts[inlineRows.getInt(i)] =
            payload == null ? null : BlobText.INLINE + Base64.getEncoder().encodeToString(payload);
      }
    }
    return texts;
  }
}
