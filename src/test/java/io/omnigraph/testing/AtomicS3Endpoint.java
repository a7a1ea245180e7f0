package io.omnigraph.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.S3Access;
import io.omnigraph.testing.S3Responder.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A small S3 endpoint in this process whose conditional writes are truly atomic, unlike those of
 * the emulators around. It counts requests, injects faults and adds latency. One bucket, no
 * authentication, objects in memory.
 */
public final class AtomicS3Endpoint implements AutoCloseable {

  static {
    // Without it every answer waits 40 ms for the client's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // The library's clients keep many connections, for 90 seconds; a server that closes one at the
    // moment it is used again breaks a request that no test asked it to break.
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    System.setProperty("sun.net.httpserver.idleInterval", "600");
  }

  private static final Answer BUSY = Answer.error(503, "SlowDown");
  private static final AtomicInteger ROOTS = new AtomicInteger();

  private final S3Objects objects = new S3Objects();
  private final S3Responder responder = new S3Responder(objects);
  private final S3RequestLog log = new S3RequestLog();
  private final S3Faults faults = new S3Faults();
  private final ExecutorService threads;
  private final HttpServer server;

  public AtomicS3Endpoint() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "s3-endpoint");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public S3RequestLog log() {
    return log;
  }

  public S3Faults faults() {
    return faults;
  }

  /** What a client has to know to use this endpoint, in the names of the environment. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", url(),
        "AWS_REGION", "us-east-1",
        "AWS_ACCESS_KEY_ID", "key",
        "AWS_SECRET_ACCESS_KEY", "secret",
        "AWS_ALLOW_HTTP", "true");
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How to reach it. */
  public S3Access access() {
    return new S3Access(url(), "us-east-1", "key", "secret", null, true, true);
  }

  /** A root that nothing uses yet. */
  public GraphUri freshRoot() {
    return GraphUri.parse("s3://bucket/graph-" + ROOTS.incrementAndGet());
  }

  /** The bytes of an object as stored; null if there is none. */
  public byte @Nullable [] bytes(String key) {
    S3Objects.Stored stored = objects.get(key);
    return stored == null ? null : stored.bytes();
  }

  /** Puts an object aside from any request: arranging residue and damage. */
  public void store(String key, byte[] bytes) {
    objects.put(key, bytes, null, null);
  }

  /** Makes listings come in pages of at most so many keys; 1000 without it. */
  public void pageSize(int keys) {
    responder.pageSize(keys);
  }

  /** Keys below a prefix, sorted. */
  public List<String> keys(String prefix) {
    return objects.from(prefix).keySet().stream().takeWhile(k -> k.startsWith(prefix)).toList();
  }

  @Override
  public void close() {
    faults.clear();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    S3Request request = S3RequestParser.parse(exchange);
    long start = System.nanoTime();
    try {
      S3Faults.Effect effect = faults.meet(request);
      if (effect == S3Faults.Effect.FAIL_BEFORE) {
        send(exchange, request, start, Answer.error(500, "InternalError"));
      } else if (effect == S3Faults.Effect.BUSY) {
        send(exchange, request, start, BUSY);
      } else if (effect == S3Faults.Effect.BUSY_FOR_A_SECOND) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        send(exchange, request, start, BUSY);
      } else if (effect == S3Faults.Effect.DROP_BEFORE) {
        withhold(exchange, request, start);
      } else {
        Answer answer = responder.answer(request);
        if (effect == S3Faults.Effect.LOSE_ANSWER) {
          withhold(exchange, request, start);
        } else {
          send(exchange, request, start, answer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      withhold(exchange, request, start);
    } catch (RuntimeException e) {
      send(exchange, request, start, Answer.error(500, String.valueOf(e.getMessage())));
    }
  }

  private void send(HttpExchange exchange, S3Request request, long start, Answer answer)
      throws IOException {
    boolean headOnly =
        request.kind() == S3Request.Kind.HEAD || request.kind() == S3Request.Kind.HEAD_BUCKET;
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    if (headOnly) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(answer.body().length));
    }
    note(request, start, answer.status(), headOnly ? 0 : answer.body().length);
    boolean bodiless = headOnly || answer.body().length == 0;
    exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
    if (!bodiless) {
      exchange.getResponseBody().write(answer.body());
    }
    exchange.close();
  }

  /** Breaks the connection without an answer. */
  private void withhold(HttpExchange exchange, S3Request request, long start) {
    note(request, start, 0, 0);
    exchange.close();
  }

  private void note(S3Request request, long start, int status, int bytesOut) {
    log.add(
        new S3RequestLog.Entry(
            request.kind(),
            request.key(),
            request.isConditional(),
            status,
            request.body().length,
            bytesOut,
            start,
            System.nanoTime()));
  }
}
