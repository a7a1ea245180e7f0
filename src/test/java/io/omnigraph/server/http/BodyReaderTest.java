package io.omnigraph.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyReaderTest {

  /** More than what the sockets of both sides hold. */
  private static final int BODY = 48 << 20;

  /** The largest piece in which a body arrives. */
  private static final int PIECE = 64 << 10;

  /** Takes pieces like a disk, but finishes them only while it is allowed to. */
  private static final class SlowDisk implements WriteStream<Buffer> {

    private final Deque<Promise<Void>> pending = new ArrayDeque<>();
    private final Deque<Integer> sizes = new ArrayDeque<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private final Buffer written = Buffer.buffer();
    private int queue;
    private boolean open;
    private Handler<Void> drain;

    @Override
    public Future<Void> write(Buffer data) {
      written.appendBuffer(data);
      waiting.addAndGet(data.length());
      most.accumulateAndGet(waiting.get(), Math::max);
      Promise<Void> promise = Promise.promise();
      pending.addLast(promise);
      sizes.addLast(data.length());
      if (open) {
        finishAll();
      }
      return promise.future();
    }

    void open() {
      open = true;
      finishAll();
    }

    private void finishAll() {
      while (!pending.isEmpty()) {
        waiting.addAndGet(-sizes.removeFirst());
        pending.removeFirst().complete();
      }
      Handler<Void> resume = drain;
      drain = null;
      if (resume != null) {
        resume.handle(null);
      }
    }

    @Override
    public Future<Void> end() {
      return Future.succeededFuture();
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
      queue = size;
      return this;
    }

    @Override
    public boolean writeQueueFull() {
      return waiting.get() >= queue;
    }

    @Override
    public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
      drain = handler;
      return this;
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
      return this;
    }
  }

  private static byte[] body(long seed) {
    byte[] body = new byte[BODY];
    new Random(seed).nextBytes(body);
    return body;
  }

  @Test
  void aBodyThatOutrunsTheDiskWaitsWithItsClient() throws Exception {
    byte[] body = body(5);
    var disk = new SlowDisk();
    disk.setWriteQueueMaxSize(BodyReader.QUEUE_BYTES);
    var copied = new CompletableFuture<Void>();
    Vertx vertx = Vertx.vertx();
    try {
      var context = new CompletableFuture<io.vertx.core.Context>();
      int port =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    request.pause();
                    context.complete(Vertx.currentContext());
                    BodyReader.copy(request, disk, Long.MAX_VALUE, bytes -> {})
                        .onSuccess(done -> copied.complete(null))
                        .onFailure(copied::completeExceptionally);
                  })
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .actualPort();
      var sent = new AtomicLong();
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        Thread sender = Thread.ofPlatform().start(() -> send(socket, body, sent));
        // Stuck: what is sent stays the same although much is left.
        long before = -1;
        while (before != sent.get() || sent.get() == 0) {
          before = sent.get();
          Thread.sleep(300);
        }
        assertThat(sent.get()).isLessThan(BODY);
        assertThat(disk.waiting.get())
            .isBetween((long) BodyReader.QUEUE_BYTES, (long) BodyReader.QUEUE_BYTES + PIECE);
        context.get(20, TimeUnit.SECONDS).runOnContext(ignored -> disk.open());
        copied.get(60, TimeUnit.SECONDS);
        sender.join();
      }
      assertThat(disk.most.get()).isLessThanOrEqualTo(BodyReader.QUEUE_BYTES + PIECE);
      assertThat(disk.written.getBytes()).isEqualTo(body);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static void send(Socket socket, byte[] body, AtomicLong sent) {
    try {
      var out = socket.getOutputStream();
      out.write(
          ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      for (int from = 0; from < body.length; from += PIECE) {
        out.write(body, from, Math.min(PIECE, body.length - from));
        sent.addAndGet(PIECE);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
