package io.omnigraph.write;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Which record of the input each row of a table came from, so that what is found out afterwards can
 * name it. About a byte per row, on disk beyond a megabyte. Not thread-safe.
 */
final class RecordNumbers implements AutoCloseable {

  private static final int MOST_BYTES = 1 << 20;

  private byte[] steps = new byte[256];
  private int used;
  private long last;
  private @Nullable Path file;

  /** The next row came from this record; numbers grow. */
  void add(long number) {
    if (used + Long.BYTES + 2 > steps.length) {
      if (steps.length < MOST_BYTES) {
        steps = Arrays.copyOf(steps, steps.length * 2);
      } else {
        spill();
      }
    }
    long step = number - last;
    last = number;
    while (step > 0x7F) {
      steps[used++] = (byte) (0x80 | step & 0x7F);
      step >>>= 7;
    }
    steps[used++] = (byte) step;
  }

  private void spill() {
    try {
      if (file == null) {
        file = Files.createTempFile("omnigraph-records-", ".steps");
      }
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
        out.write(steps, 0, used);
      }
      used = 0;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StorageException failed(IOException cause) {
    return new StorageException(
        "spill_failed",
        "cannot keep the numbers of records in the temporary file "
            + file
            + ": "
            + cause.getMessage()
            + " (java.io.tmpdir decides where it lives)",
        Map.of("file", String.valueOf(file)),
        cause);
  }

  /** The records of some rows, which are in ascending order. */
  long[] of(long[] rows) {
    long[] records = new long[rows.length];
    try (InputStream all = read()) {
      long number = 0;
      int done = 0;
      for (long row = 0; done < rows.length; row++) {
        number += step(all);
        while (done < rows.length && rows[done] == row) {
          records[done++] = number;
        }
      }
      return records;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static long step(InputStream from) throws IOException {
    long step = 0;
    int shift = 0;
    int next = from.read();
    while (next > 0x7F) {
      step |= (long) (next & 0x7F) << shift;
      shift += 7;
      next = from.read();
    }
    return step | (long) next << shift;
  }

  private InputStream read() throws IOException {
    InputStream inMemory = new ByteArrayInputStream(steps, 0, used);
    return file == null
        ? inMemory
        : new SequenceInputStream(new BufferedInputStream(Files.newInputStream(file)), inMemory);
  }

  /**
   * A row to be found by a text in one of its columns.
   *
   * @param which 1 for the first such row, 2 for the second; the last one counts if there are fewer
   */
  record Place(String column, String text, int which) {}

  /**
   * The records of some rows.
   *
   * @param rows all rows, in the order in which they were added
   * @return one per place; -1 where there is no such row
   */
  long[] find(RowSource rows, BufferAllocator allocator, List<Place> places) {
    long[] found = new long[places.size()];
    Arrays.fill(found, -1);
    int[] times = new int[found.length];
    byte[][] texts =
        places.stream()
            .map(place -> place.text().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    long before = 0;
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int i = 0; i < found.length; i++) {
          Place place = places.get(i);
          VarCharVector cells = (VarCharVector) batch.getVector(place.column());
          for (int row = 0; row < batch.getRowCount() && times[i] < place.which(); row++) {
            if (cells.getValueLength(row) == texts[i].length
                && Arrays.equals(cells.get(row), texts[i])) {
              found[i] = before + row;
              times[i]++;
            }
          }
        }
        before += batch.getRowCount();
      }
    }
    long[] sorted = LongStream.of(found).filter(row -> row >= 0).sorted().toArray();
    long[] records = of(sorted);
    return LongStream.of(found)
        .map(row -> row < 0 ? -1 : records[Arrays.binarySearch(sorted, row)])
        .toArray();
  }

  @Override
  public void close() {
    Path spilled = file;
    file = null;
    if (spilled != null) {
      try {
        Files.deleteIfExists(spilled);
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}
