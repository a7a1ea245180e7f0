package io.omnigraph.server.work;

import io.omnigraph.api.GraphApi;
import io.omnigraph.api.HttpException;
import io.omnigraph.api.ResultEncoder;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.IdSource;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.server.bus.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The results that are under way, by id. Each is pulled by one worker at a time in pieces of about
 * {@value #CHUNK_BYTES} bytes and is closed when it ends, fails, is given up by its client or has
 * been idle for too long. Thread-safe.
 */
public final class Cursors {

  /** Enough to make a round trip worth while, little enough to hold for a slow client. */
  private static final int CHUNK_BYTES = 1 << 17;

  private static final int RETRY_AFTER_SECONDS = 5;

  private final int maxOpen;
  private final IdSource ids;
  private final InstantSource clock;
  private final Map<String, OpenCursor> open = new ConcurrentHashMap<>();

  public Cursors(int maxOpen, IdSource ids, InstantSource clock) {
    this.maxOpen = maxOpen;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Takes over a read that has started and pulls its first piece.
   *
   * @throws HttpException 429 if too many results are under way
   */
  Answer.Rows transferFirst(GraphApi.OpenRead read, ResultEncoder encoder, String contentType) {
    var cursor = new OpenCursor(read.cursor(), encoder);
    boolean keep = false;
    try {
      if (open.size() >= maxOpen) {
        throw HttpException.tooManyRequests(
            "too_many_open_results",
            "too many results are being read at once (" + maxOpen + "); try again shortly",
            RETRY_AFTER_SECONDS);
      }
      encoder.begin();
      Answer.Chunk first = cursor.pull();
      keep = !first.last();
      String id = null;
      if (keep) {
        id = ids.nextUlid();
        open.put(id, cursor);
      }
      return new Answer.Rows(
          contentType, first.bytes(), id, read.head().queryName(), read.head().graphCommitId());
    } finally {
      if (!keep) {
        cursor.close();
      }
    }
  }

  /**
   * The next piece of a result.
   *
   * @throws GoneException if the result was closed meanwhile
   */
  Answer.Chunk next(String id) {
    OpenCursor cursor = open.get(id);
    if (cursor == null) {
      throw new GoneException("result_closed", "the result was closed before its end");
    }
    boolean keep = false;
    try {
      Answer.Chunk chunk = cursor.pull();
      keep = !chunk.last();
      return chunk;
    } finally {
      if (!keep) {
        close(id);
      }
    }
  }

  void close(String id) {
    OpenCursor cursor = open.remove(id);
    if (cursor != null) {
      cursor.close();
    }
  }

  /** Closes what nobody has pulled for the given time. */
  int closeIdle(Duration longerThan) {
    Instant limit = clock.instant().minus(longerThan);
    int closed = 0;
    for (Map.Entry<String, OpenCursor> entry : open.entrySet()) {
      if (entry.getValue().lastUsed.isBefore(limit)) {
        close(entry.getKey());
        closed++;
      }
    }
    return closed;
  }

  /** How many results are under way. */
  public int size() {
    return open.size();
  }

  public void closeAll() {
    open.keySet().forEach(this::close);
  }

  private final class OpenCursor {
    private final QueryCursor cursor;
    private final ResultEncoder encoder;
    private volatile Instant lastUsed = clock.instant();
    private volatile boolean givenUp;

    /** Guarded by this. */
    private boolean closed;

    /** The batch that is being encoded; null if the next one must be pulled. Guarded by this. */
    private @Nullable VectorSchemaRoot batch;

    /** The first row of the batch that has not been encoded. Guarded by this. */
    private int row;

    OpenCursor(QueryCursor cursor, ResultEncoder encoder) {
      this.cursor = cursor;
      this.encoder = encoder;
    }

    synchronized Answer.Chunk pull() {
      boolean last = false;
      while (encoder.size() < CHUNK_BYTES && !last) {
        if (givenUp || closed) {
          throw new GoneException("result_closed", "the result was closed before its end");
        }
        last = !encodeSome();
      }
      lastUsed = clock.instant();
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

    /** Takes effect between two batches if one is being pulled. */
    void close() {
      givenUp = true;
      synchronized (this) {
        if (!closed) {
          closed = true;
          cursor.close();
        }
      }
    }
  }
}
