package io.omnigraph.api;

import java.io.ByteArrayOutputStream;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Turns result batches into bytes, piece by piece: {@link #begin}, any number of {@link #rows},
 * {@link #end}, with {@link #take} whenever enough has gathered. Used by one thread at a time.
 */
public abstract sealed class ResultEncoder
    permits JsonResultEncoder, NdjsonResultEncoder, ArrowResultEncoder {

  final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1 << 9);
  private long rowCount;

  ResultEncoder() {}

  public static ResultEncoder of(ResultFormat format, ReadHead head) {
    return of(format, head, () -> ReadEnding.PLAIN);
  }

  /**
   * @param ending asked for once, behind the last row; only JSON has a place for it
   */
  public static ResultEncoder of(ResultFormat format, ReadHead head, Supplier<ReadEnding> ending) {
    return switch (format) {
      case JSON -> new JsonResultEncoder(head, ending);
      case NDJSON -> new NdjsonResultEncoder(head);
      case ARROW -> new ArrowResultEncoder(head);
    };
  }

  public abstract void begin();

  /**
   * Encodes rows of a batch, beginning with one of them, until enough bytes have gathered.
   *
   * @param enough stop behind the row with which {@link #size} reaches this
   * @return the first row that was not encoded; the batch's row count if none is left
   */
  public final int rows(VectorSchemaRoot batch, int from, int enough) {
    int next = write(batch, from, enough);
    rowCount += next - from;
    return next;
  }

  /** Encodes a whole batch. */
  public final void rows(VectorSchemaRoot batch) {
    rows(batch, 0, Integer.MAX_VALUE);
  }

  abstract int write(VectorSchemaRoot batch, int from, int enough);

  public abstract void end();

  /** Rows encoded so far. */
  public final long rowCount() {
    return rowCount;
  }

  /** Bytes gathered since the last {@link #take}. */
  public final int size() {
    return buffer.size();
  }

  /** Hands out what has gathered and starts over. */
  public final byte[] take() {
    byte[] bytes = buffer.toByteArray();
    buffer.reset();
    return bytes;
  }
}
