package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Reads request bodies within a limit. The request must be paused; what exceeds the limit is not
 * kept, so that the client can finish sending and see the answer.
 */
final class BodyReader {

  /** Received bytes that may wait for the disk before the client has to. */
  static final int QUEUE_BYTES = 128 << 10;

  private BodyReader() {}

  /**
   * Refuses a body that declares itself too large.
   *
   * @throws HttpException 413
   */
  static void checkDeclaredLength(HttpServerRequest request, long limit) {
    if (declaredLength(request) > limit) {
      throw HttpException.tooLarge(limit);
    }
  }

  /** The declared length in bytes; 0 if the request declares none. */
  static long declaredLength(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    if (header == null) {
      return 0;
    }
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      throw HttpException.badRequest("invalid_content_length", "invalid Content-Length header");
    }
  }

  /**
   * Reads a body into memory; fails with 413 if it is longer than the limit.
   *
   * @param admit told of every piece before it is kept; refuses it by throwing
   */
  static Future<Buffer> read(HttpServerRequest request, long limit, LongConsumer admit) {
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(
        piece -> {
          if (promise.future().isComplete()) {
            return;
          }
          if (body.length() + piece.length() > limit) {
            promise.fail(HttpException.tooLarge(limit));
            return;
          }
          try {
            admit.accept(piece.length());
            body.appendBuffer(piece);
          } catch (HttpException e) {
            promise.fail(e);
          }
        });
    request.endHandler(end -> promise.tryComplete(body));
    request.exceptionHandler(promise::tryFail);
    inviteAndResume(request);
    return promise.future();
  }

  /** Writes a body to a file; otherwise like {@link #read}. */
  static Future<Path> spool(
      Vertx vertx, HttpServerRequest request, Path file, long limit, LongConsumer admit) {
    return vertx
        .fileSystem()
        .open(file.toString(), new OpenOptions().setWrite(true).setTruncateExisting(true))
        .compose(out -> copy(request, out.setWriteQueueMaxSize(QUEUE_BYTES), limit, admit))
        .map(file);
  }

  /** Hands a body on, no faster than it is taken, and ends what takes it. */
  static Future<Void> copy(
      HttpServerRequest request, WriteStream<Buffer> out, long limit, LongConsumer admit) {
    Promise<Void> promise = Promise.promise();
    var received = new long[1];
    request.handler(
        piece -> {
          if (promise.future().isComplete()) {
            return;
          }
          received[0] += piece.length();
          if (received[0] > limit) {
            promise.fail(HttpException.tooLarge(limit));
            return;
          }
          try {
            admit.accept(piece.length());
          } catch (HttpException e) {
            promise.fail(e);
            return;
          }
          out.write(piece).onFailure(promise::tryFail);
          if (out.writeQueueFull()) {
            request.pause();
            out.drainHandler(drained -> request.resume());
          }
        });
    request.endHandler(end -> promise.tryComplete());
    request.exceptionHandler(promise::tryFail);
    inviteAndResume(request);
    return promise.future().eventually(out::end);
  }

  private static void inviteAndResume(HttpServerRequest request) {
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    request.resume();
  }
}
