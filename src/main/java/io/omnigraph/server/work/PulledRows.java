package io.omnigraph.server.work;

import io.omnigraph.api.GraphApi;
import io.omnigraph.api.ResultEncoder;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.server.bus.Answer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The rows of a query, encoded as they are pulled. */
final class PulledRows implements PulledResult {

  private final QueryCursor cursor;
  private final ResultEncoder encoder;
  private boolean begun;
  private volatile boolean givenUp;

  /** The batch that is being encoded; null if the next one must be pulled. */
  private @Nullable VectorSchemaRoot batch;

  /** The first row of the batch that has not been encoded. */
  private int row;

  PulledRows(GraphApi.OpenRead read, ResultEncoder encoder) {
    this.cursor = read.cursor();
    this.encoder = encoder;
  }

  @Override
  public Answer.Chunk pull() {
    if (!begun) {
      encoder.begin();
      begun = true;
    }
    boolean last = false;
    while (encoder.size() < PIECE_BYTES && !last && !givenUp) {
      last = !encodeSome();
    }
    return new Answer.Chunk(encoder.take(), last);
  }

  /** Returns false if the result has ended. */
  private boolean encodeSome() {
    if (batch == null) {
      batch = cursor.next();
      row = 0;
    }
    if (batch == null) {
      encoder.end();
      return false;
    }
    row = encoder.rows(batch, row, PIECE_BYTES);
    if (row >= batch.getRowCount()) {
      batch = null;
    }
    return true;
  }

  @Override
  public void cancel() {
    givenUp = true;
    cursor.cancel();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
