package io.omnigraph.server.http;

import io.omnigraph.server.bus.Answer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a result piece by piece: the next piece is asked for only when few enough of the last ones
 * have not left, and the result is given up as soon as the client is gone. Confined to the event
 * loop of its request.
 */
final class ResponsePump {

  private static final Logger LOG = LoggerFactory.getLogger(ResponsePump.class);

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Supplier<Uni<Answer.Chunk>> next;
  private final Runnable giveUp;
  private final Vertx vertx;
  private final Duration patience;
  private final AtomicLong unsentBytes;
  private final int queue;
  private int unsent;
  private boolean pulling;
  private boolean over;

  /**
   * @param next asks for the next piece
   * @param giveUp frees the result before its end
   * @param unsentBytes counts what was handed to connections and has not left
   * @param patience how long the client may take for one piece
   * @param queue how many pieces may be with the connection at once
   */
  ResponsePump(
      HttpServerRequest request,
      Supplier<Uni<Answer.Chunk>> next,
      Runnable giveUp,
      Vertx vertx,
      Duration patience,
      AtomicLong unsentBytes,
      int queue) {
    this.queue = queue;
    this.unsentBytes = unsentBytes;
    this.request = request;
    this.response = request.response();
    this.next = next;
    this.giveUp = giveUp;
    this.vertx = vertx;
    this.patience = patience;
  }

  /** The response says already how its end is told: chunked, or by its length. */
  void start(Buffer first) {
    response.closeHandler(closed -> stop());
    response.exceptionHandler(problem -> stop());
    write(first);
  }

  /**
   * The write queue of the connection counts messages, not bytes, and would take dozens of pieces
   * for a client that reads none. So they are counted here.
   */
  private void write(Buffer bytes) {
    long timer =
        vertx.setTimer(
            patience.toMillis(),
            tooLong -> {
              LOG.info("{}: the client did not read for {}", request.path(), patience);
              stop();
              response.reset();
            });
    int length = bytes.length();
    unsentBytes.addAndGet(length);
    unsent++;
    response
        .write(bytes)
        .onComplete(
            written -> {
              unsentBytes.addAndGet(-length);
              unsent--;
              vertx.cancelTimer(timer);
              if (written.succeeded()) {
                pull();
              } else {
                stop();
              }
            });
    pull();
  }

  private void pull() {
    if (!over && !pulling && unsent < queue) {
      pulling = true;
      next.get().subscribe().with(this::send, this::abort);
    }
  }

  private void send(Answer.Chunk chunk) {
    pulling = false;
    if (over) {
      return;
    }
    Buffer bytes = Buffer.buffer(chunk.bytes());
    if (chunk.last()) {
      over = true;
      response.end(bytes);
    } else {
      write(bytes);
    }
  }

  /** The status line is gone, so a broken connection is the only way left to say it failed. */
  private void abort(Throwable problem) {
    if (!over) {
      over = true;
      LOG.warn("{} failed after its answer had begun", request.path(), problem);
      response.reset();
    }
  }

  private void stop() {
    if (!over) {
      over = true;
      giveUp.run();
    }
  }
}
