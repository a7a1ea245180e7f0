package io.omnigraph.storage.lance;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.BlobReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Opens one cell; empty where it is null or the row is missing. */
  static Optional<BlobReader> open(LanceSnapshot snapshot, long rowId, String column) {
    return snapshot.call(
        "open a blob of",
        () -> {
          List<BlobFile> files = snapshot.readingDataset().takeBlobs(List.of(rowId), column);
          return files.isEmpty() ? Optional.empty() : Optional.of(new Open(snapshot, files.get(0)));
        });
  }

  private static final class Open implements BlobReader {
    private final LanceSnapshot snapshot;
    private final BlobFile file;
    private final long size;

    Open(LanceSnapshot snapshot, BlobFile file) {
      this.snapshot = snapshot;
      this.file = file;
      this.size = file.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public byte[] read(long from, int length) {
      if (from < 0 || length < 0 || from > size - length) {
        throw new IllegalArgumentException(
            "bytes " + from + " + " + length + " of a blob of " + size + " bytes");
      }
      byte[] bytes = snapshot.call("read a blob of", () -> file.readRange(from, length));
      if (bytes.length != length) {
        throw new StorageException(
            "blob_truncated",
            "a blob of "
                + snapshot.address()
                + " ends early: "
                + bytes.length
                + " of "
                + length
                + " bytes at "
                + from,
            Map.of("table", snapshot.address().toString()));
      }
      return bytes;
    }

    @Override
    public void close() {
      snapshot.call(
          "close a blob of",
          () -> {
            file.close();
            return Boolean.TRUE;
          });
    }
  }
}
