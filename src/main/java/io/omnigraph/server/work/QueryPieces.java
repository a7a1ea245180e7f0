package io.omnigraph.server.work;

import io.omnigraph.api.ResultEncoder;
import io.omnigraph.model.GoneException;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.server.bus.Answer;
import java.util.function.BooleanSupplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The rows of a query, encoded in pieces of about {@value #CHUNK_BYTES} bytes. */
final class QueryPieces implements ResultPieces {

  /** Enough to make a round trip worth while, little enough to hold for a slow client. */
  private static final int CHUNK_BYTES = 1 << 17;

  private final QueryCursor cursor;
  private final ResultEncoder encoder;

  /** The batch that is being encoded; null if the next one must be pulled. */
  private @Nullable VectorSchemaRoot batch;

  /** The first row of the batch that has not been encoded. */
  private int row;

  QueryPieces(QueryCursor cursor, ResultEncoder encoder) {
    this.cursor = cursor;
    this.encoder = encoder;
  }

  @Override
  public Answer.Chunk next(BooleanSupplier givenUp) {
    boolean last = false;
    while (encoder.size() < CHUNK_BYTES && !last) {
      if (givenUp.getAsBoolean()) {
        throw new GoneException("result_closed", "the result was closed before its end");
      }
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
    row = encoder.rows(batch, row, CHUNK_BYTES);
    if (row >= batch.getRowCount()) {
      batch = null;
    }
    return true;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
