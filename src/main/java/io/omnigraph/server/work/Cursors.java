package io.omnigraph.server.work;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.GoneException;
import io.omnigraph.read.Cancellation;
import io.omnigraph.server.bus.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The results that are under way, by the id of the request. Each is pulled by one worker at a time
 * in pieces and is closed when it ends, fails, is given up by its client or has been idle for too
 * long. Giving up reaches a worker in the middle of its work. Thread-safe.
 */
public final class Cursors {

  private static final int RETRY_AFTER_SECONDS = 5;

  private final int maxOpen;
  private final InstantSource clock;
  private final Map<String, Slot> open = new ConcurrentHashMap<>();

  public Cursors(int maxOpen, InstantSource clock) {
    this.maxOpen = maxOpen;
    this.clock = clock;
  }

  /**
   * Makes a request known before any work on it begins, so that it can be given up from then on.
   */
  void announce(String id) {
    open.put(id, new Slot());
  }

  /** What gives up a request that was announced, before it has a result and afterwards. */
  Cancellation cancellation(String id) {
    Slot slot = open.get(id);
    if (slot == null) {
      throw gone();
    }
    return slot.cancellation;
  }

  /** Forgets a request that was announced and has ended without a result. */
  void retire(String id) {
    open.computeIfPresent(id, (known, slot) -> slot.hasResult() ? slot : null);
  }

  /**
   * Takes over a result that has started and pulls its first piece.
   *
   * @throws HttpException 429 if too many results are under way
   * @throws GoneException if the request was given up meanwhile
   */
  Answer.Chunk transferFirst(String id, PulledResult result) {
    Slot slot = open.get(id);
    boolean keep = false;
    try {
      if (slot == null || !slot.take(result)) {
        throw gone();
      }
      if (open.size() > maxOpen) {
        throw HttpException.tooManyRequests(
            "too_many_open_results",
            "too many results are being read at once (" + maxOpen + "); try again shortly",
            RETRY_AFTER_SECONDS);
      }
      Answer.Chunk first = slot.pull();
      keep = !first.last();
      return first;
    } finally {
      if (!keep) {
        open.remove(id);
        result.close();
      }
    }
  }

  /**
   * The next piece of a result.
   *
   * @throws GoneException if the result was closed meanwhile
   */
  Answer.Chunk next(String id) {
    Slot slot = open.get(id);
    if (slot == null) {
      throw gone();
    }
    boolean keep = false;
    try {
      Answer.Chunk chunk = slot.pull();
      keep = !chunk.last();
      return chunk;
    } finally {
      if (!keep) {
        close(id);
      }
    }
  }

  private static GoneException gone() {
    return new GoneException("result_closed", "the result was closed before its end");
  }

  /** Makes whoever works on a result stop soon. Never waits. */
  void cancel(String id) {
    Slot slot = open.get(id);
    if (slot != null) {
      slot.cancel();
    }
  }

  void close(String id) {
    Slot slot = open.remove(id);
    if (slot != null) {
      slot.cancel();
      slot.close();
    }
  }

  /** Closes what nobody has pulled for the given time. */
  int closeIdle(Duration longerThan) {
    Instant limit = clock.instant().minus(longerThan);
    int closed = 0;
    for (Map.Entry<String, Slot> entry : open.entrySet()) {
      Slot slot = entry.getValue();
      if (slot.hasResult() && !slot.busy && slot.lastUsed.isBefore(limit)) {
        close(entry.getKey());
        closed++;
      }
    }
    return closed;
  }

  /** How many requests are under way whose results clients read or wait for. */
  public int size() {
    return open.size();
  }

  public void closeAll() {
    open.keySet().forEach(this::close);
  }

  private final class Slot {
    private final Cancellation cancellation = new Cancellation();
    private volatile Instant lastUsed = clock.instant();
    private volatile boolean busy;
    private volatile boolean givenUp;
    private volatile @Nullable PulledResult result;

    /** Guarded by this. */
    private boolean closed;

    boolean hasResult() {
      return result != null;
    }

    /** Returns false if nobody wants the result any more. */
    boolean take(PulledResult started) {
      result = started;
      return !givenUp;
    }

    synchronized Answer.Chunk pull() {
      PulledResult known = result;
      if (givenUp || closed || known == null) {
        throw gone();
      }
      busy = true;
      try {
        return known.pull();
      } finally {
        busy = false;
        lastUsed = clock.instant();
      }
    }

    void cancel() {
      givenUp = true;
      cancellation.cancel();
      PulledResult known = result;
      if (known != null) {
        known.cancel();
      }
    }

    /** Waits for a piece that is being pulled. */
    synchronized void close() {
      PulledResult known = result;
      if (!closed && known != null) {
        closed = true;
        known.close();
      }
    }
  }
}
