package io.omnigraph.server.http;

import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.Failure;
import io.omnigraph.api.Json;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.bus.CursorMessage;
import io.omnigraph.server.bus.Requests;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers and failures. Every answer that is not a success has the same body shape. */
final class Responder {

  private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final ReadPermits permits;
  private final Duration patience;
  private final AtomicLong unsentBytes;

  Responder(Vertx vertx, ReadPermits permits, Duration patience, AtomicLong unsentBytes) {
    this.unsentBytes = unsentBytes;
    this.vertx = vertx;
    this.permits = permits;
    this.patience = patience;
  }

  void succeed(Exchange exchange, Answer answer) {
    HttpServerResponse response = exchange.context().response();
    if (response.closed() || response.ended()) {
      discard(answer);
      return;
    }
    for (String warning : exchange.warnings()) {
      response.headers().add("Warning", "299 omnigraph \"" + quoted(warning) + "\"");
    }
    switch (answer) {
      case Answer.Body body -> {
        response.setStatusCode(body.status()).putHeader("Content-Type", JSON);
        if (exchange.context().request().method() == HttpMethod.HEAD) {
          response.putHeader("Content-Length", Integer.toString(body.json().length)).end();
        } else {
          response.end(Buffer.buffer(body.json()));
        }
      }
      case Answer.Rows rows -> rows(exchange, response, rows);
      case Answer.Content content -> content(exchange, response, content);
      case Answer.Spool spool -> {
        response.putHeader("Content-Type", spool.contentType());
        response
            .sendFile(spool.file().toString())
            .onFailure(problem -> LOG.debug("the client left during an export", problem))
            .onComplete(done -> discard(spool));
      }
      case Answer.Chunk chunk ->
          throw new IllegalStateException("a chunk is part of an answer, not one");
    }
  }

  private void rows(Exchange exchange, HttpServerResponse response, Answer.Rows rows) {
    response.putHeader("Content-Type", rows.contentType());
    if (!rows.contentType().equals(JSON)) {
      if (rows.queryName() != null) {
        response.putHeader("Omnigraph-Query-Name", rows.queryName());
      }
      if (rows.graphCommitId() != null) {
        response.putHeader("Omnigraph-Graph-Commit", rows.graphCommitId());
      }
    }
    Buffer first = Buffer.buffer(rows.first());
    String cursor = rows.cursor();
    if (cursor == null) {
      response.end(first);
      return;
    }
    response.setChunked(true);
    pump(exchange, cursor, first, rows.queue());
  }

  private void content(Exchange exchange, HttpServerResponse response, Answer.Content content) {
    response.setStatusCode(content.status());
    content.headers().forEach(response::putHeader);
    if (content.length() >= 0) {
      response.putHeader("Content-Length", Long.toString(content.length()));
    }
    String cursor = content.cursor();
    if (cursor != null) {
      pump(exchange, cursor, Buffer.buffer(content.first()), 1);
    } else if (content.first().length == 0) {
      response.end();
    } else {
      response.end(Buffer.buffer(content.first()));
    }
  }

  private void pump(Exchange exchange, String cursor, Buffer first, int queue) {
    String graph = exchange.graph();
    new ResponsePump(
            exchange.context().request(),
            () ->
                permits.with(
                    graph,
                    () ->
                        Requests.ask(
                            vertx.eventBus(),
                            Addresses.CURSOR,
                            new CursorMessage.Next(cursor),
                            Answer.Chunk.class)),
            () -> close(cursor),
            vertx,
            patience,
            unsentBytes,
            queue)
        .start(first);
  }

  /** Frees what an answer holds when nobody is there to take it. */
  private void discard(Answer answer) {
    switch (answer) {
      case Answer.Rows rows -> {
        if (rows.cursor() != null) {
          close(rows.cursor());
        }
      }
      case Answer.Content content -> {
        if (content.cursor() != null) {
          close(content.cursor());
        }
      }
      case Answer.Spool spool ->
          vertx
              .fileSystem()
              .delete(spool.file().toString())
              .onFailure(problem -> LOG.warn("cannot remove {}", spool.file(), problem));
      case Answer.Body body -> {
        // Nothing is held.
      }
      case Answer.Chunk chunk -> {
        // Nothing is held.
      }
    }
  }

  private void close(String cursor) {
    Requests.tell(vertx.eventBus(), Addresses.CURSOR, new CursorMessage.Close(cursor));
  }

  void fail(HttpServerRequest request, Throwable problem) {
    Failure failure = Failure.of(problem);
    if (problem instanceof HttpClosedException) {
      LOG.debug("{} {}: the client left", request.method(), request.path());
    } else if (failure.internal()) {
      LOG.error("{} {} failed", request.method(), request.path(), problem);
    }
    write(request.response(), failure.status(), failure.body(), failure.headers());
  }

  /** A refusal that comes from the HTTP layer itself and has no exception of ours. */
  void refuse(HttpServerRequest request, int status, String code, String message) {
    String family = status == 404 ? "not_found" : status >= 500 ? "internal" : "bad_request";
    var detail = new ErrorOutput.Detail(code, Map.of());
    write(request.response(), status, ErrorOutput.of(message, family, detail), Map.of());
  }

  private static void write(
      HttpServerResponse response, int status, ErrorOutput body, Map<String, String> headers) {
    if (response.closed() || response.ended() || response.headWritten()) {
      return;
    }
    headers.forEach(response::putHeader);
    response.setStatusCode(status).putHeader("Content-Type", JSON);
    response.end(Buffer.buffer(Json.bytes(body)));
  }

  /** Header values hold visible ASCII only. */
  private static String quoted(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?").replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
