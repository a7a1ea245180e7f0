package io.omnigraph.storage.lance;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobCells;
import io.omnigraph.storage.BlobReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
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
    try {
      List<BlobFile> files = files(snapshot, rowId, column);
      if (files.isEmpty()) {
        return null;
      }
      try (BlobFile file = files.get(0)) {
        return file.read();
      }
    } catch (IOException e) {
      if (isEmpty(snapshot, rowId, column)) {
        return new byte[0];
      }
      throw e;
    }
  }

  /** Opens one cell; empty where it is null or the row is missing. */
  static Optional<BlobReader> open(LanceSnapshot snapshot, long rowId, String column) {
    return snapshot.call(
        "open a blob of",
        () -> {
          try {
            List<BlobFile> files = files(snapshot, rowId, column);
            return files.isEmpty()
                ? Optional.empty()
                : Optional.of(new Open(snapshot, files.get(0)));
          } catch (IOException e) {
            if (isEmpty(snapshot, rowId, column)) {
              return Optional.of(new Nothing());
            }
            throw e;
          }
        });
  }

  /** The library does not say that it throws where a reference leads nowhere. */
  private static List<BlobFile> files(LanceSnapshot snapshot, long rowId, String column)
      throws IOException {
    return snapshot.readingDataset().takeBlobs(List.of(rowId), column);
  }

  /** Whether a cell that cannot be read refers to where empty payloads are. */
  private static boolean isEmpty(LanceSnapshot snapshot, long rowId, String column) {
    try (BatchStream batches = snapshot.takeRows(new long[] {rowId}, List.of(column))) {
      VectorSchemaRoot batch = batches.next();
      return batch != null
          && batch.getRowCount() > 0
          && BlobCells.isEmpty(batch.getVector(column), 0);
    }
  }

  /** An empty payload. */
  private static final class Nothing implements BlobReader {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public byte[] read(long from, int length) {
      if (from != 0 || length != 0) {
        throw new IllegalArgumentException("bytes " + from + " + " + length + " of no bytes");
      }
      return new byte[0];
    }

    @Override
    public void close() {
      // Nothing is open.
    }
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
