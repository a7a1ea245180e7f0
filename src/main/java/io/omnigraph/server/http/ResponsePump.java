package io.omnigraph.server.http;

import io.omnigraph.server.bus.Answer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a result piece by piece: the next piece is asked for only when the connection has room, and
 * the result is given up as soon as the client is gone. Confined to the event loop of its request.
 */
final class ResponsePump {

  private static final Logger LOG = LoggerFactory.getLogger(ResponsePump.class);

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Supplier<Uni<Answer.Chunk>> next;
  private final Runnable giveUp;
  private boolean over;

  ResponsePump(HttpServerRequest request, Supplier<Uni<Answer.Chunk>> next, Runnable giveUp) {
    this.request = request;
    this.response = request.response();
    this.next = next;
    this.giveUp = giveUp;
  }

  void start(Buffer first) {
    response.setChunked(true);
    response.closeHandler(closed -> stop());
    response.exceptionHandler(problem -> stop());
    response.write(first);
    advance();
  }

  private void advance() {
    if (over) {
      return;
    }
    if (response.writeQueueFull()) {
      response.drainHandler(drained -> pull());
    } else {
      pull();
    }
  }

  private void pull() {
    if (!over) {
      next.get().subscribe().with(this::send, this::abort);
    }
  }

  private void send(Answer.Chunk chunk) {
    if (over) {
      return;
    }
    Buffer bytes = Buffer.buffer(chunk.bytes());
    if (chunk.last()) {
      over = true;
      response.end(bytes);
    } else {
      response.write(bytes);
      advance();
    }
  }

  /** The status line is gone, so a broken connection is the only way left to say it failed. */
  private void abort(Throwable problem) {
    if (!over) {
      over = true;
      LOG.warn("{} failed after its answer had begun", request.path(), problem);
      request.connection().close();
    }
  }

  private void stop() {
    if (!over) {
      over = true;
      giveUp.run();
    }
  }
}
