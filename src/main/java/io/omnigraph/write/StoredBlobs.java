package io.omnigraph.write;

import io.omnigraph.storage.SnapshotHandle;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/**
 * Blob cells of committed rows as the text a load takes: {@code base64:} and the payload, or the
 * URI of what is stored elsewhere (which is not fetched).
 */
final class StoredBlobs {

  private StoredBlobs() {}

  /**
   * @param descriptors what the storage yields for the column, fetched by row id: a filtered scan
   *     that projects a blob column ends the whole process inside the library
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
      texts[row] = uri((StructVector) descriptors, row).orElse(null);
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

  private static Optional<String> uri(StructVector descriptor, int row) {
    if (!(descriptor.getChild("blob_uri") instanceof VarCharVector uris) || uris.isNull(row)) {
      return Optional.empty();
    }
    String uri = new String(uris.get(row), StandardCharsets.UTF_8);
    return uri.isEmpty() ? Optional.empty() : Optional.of(uri);
  }
}
