package io.omnigraph.server.work;

import io.omnigraph.api.GraphApi;
import io.omnigraph.api.HttpException;
import io.omnigraph.api.ResultEncoder;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.IdSource;
import io.omnigraph.server.bus.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The results that are under way, by id. Each is pulled by one worker at a time, piece by piece,
 * and is closed when it ends, fails, is given up by its client or has been idle for too long.
 * Thread-safe.
 */
public final class Cursors {

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
    encoder.begin();
    First first = transfer(new QueryPieces(read.cursor(), encoder));
    return new Answer.Rows(
        contentType,
        first.bytes(),
        first.cursor(),
        read.head().queryName(),
        read.head().graphCommitId());
  }

  /**
   * The beginning of an answer.
   *
   * @param cursor where the rest is pulled from; null if that is all
   */
  record First(byte[] bytes, @Nullable String cursor) {}

  /**
   * Takes over an answer, also on failure, and pulls its first piece.
   *
   * @throws HttpException 429 if too many results are under way
   */
  First transfer(ResultPieces pieces) {
    var cursor = new OpenCursor(pieces);
    boolean keep = false;
    try {
      if (open.size() >= maxOpen) {
        throw HttpException.tooManyRequests(
            "too_many_open_results",
            "too many results are being read at once (" + maxOpen + "); try again shortly",
            RETRY_AFTER_SECONDS);
      }
      Answer.Chunk first = cursor.pull();
      keep = !first.last();
      String id = null;
      if (keep) {
        id = ids.nextUlid();
        open.put(id, cursor);
      }
      return new First(first.bytes(), id);
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
    private final ResultPieces pieces;
    private volatile Instant lastUsed = clock.instant();
    private volatile boolean givenUp;

    /** Guarded by this. */
    private boolean closed;

    OpenCursor(ResultPieces pieces) {
      this.pieces = pieces;
    }

    synchronized Answer.Chunk pull() {
      if (givenUp || closed) {
        throw new GoneException("result_closed", "the result was closed before its end");
      }
      Answer.Chunk piece = pieces.next(() -> givenUp);
      lastUsed = clock.instant();
      return piece;
    }

    /** Takes effect between two steps if a piece is being made. */
    void close() {
      givenUp = true;
      synchronized (this) {
        if (!closed) {
          closed = true;
          pieces.close();
        }
      }
    }
  }
}
