package io.omnigraph.storage.lance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lance.BlobFile;

/** Reads payloads of blob columns. */
final class LanceBlobs {

  private LanceBlobs() {}

  /**
   * One entry per row. The library drops rows whose cell is null from its answer without a trace,
   * so each row is asked for by itself.
   */
  static List<byte @Nullable []> take(LanceSnapshot snapshot, long[] rowIds, String column) {
    return snapshot.call(
        "read blobs of",
        () -> {
          List<byte @Nullable []> payloads = new ArrayList<>(rowIds.length);
          for (long rowId : rowIds) {
            payloads.add(takeOne(snapshot, rowId, column));
          }
          return payloads;
        });
  }

  private static byte @Nullable [] takeOne(LanceSnapshot snapshot, long rowId, String column)
      throws IOException {
    List<BlobFile> files = snapshot.readingDataset().takeBlobs(List.of(rowId), column);
    if (files.isEmpty()) {
      return null;
    }
    try (BlobFile file = files.get(0)) {
      return file.read();
    }
  }
}
