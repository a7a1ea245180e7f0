package io.omnigraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.omnigraph.model.GraphException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that are slow, busy, broken or indiscreet. */
class EmbeddingFaultsTest {

  private static final String KEY = "sk-do-not-show-me";
  private static final String GOOD = "{\"data\":[{\"index\":0,\"embedding\":[1]}]}";

  private final Deque<HttpHandler> answers = new ArrayDeque<>();
  private final List<Long> waits = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int requests;
  private long now;
  private HttpServer provider;
  private String baseUrl;

  @BeforeEach
  void startProvider() throws IOException {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    provider.setExecutor(threads);
    provider.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          requests++;
          try (exchange) {
            answers.removeFirst().handle(exchange);
          }
        });
    provider.start();
    baseUrl = "http://127.0.0.1:" + provider.getAddress().getPort();
  }

  @AfterEach
  void stopProvider() {
    closing.countDown();
    provider.stop(0);
    threads.shutdownNow();
  }

  private float[] embed(String key, Duration timeout, int attempts) {
    EmbeddingLimits limits =
        new EmbeddingLimits(Duration.ofSeconds(60), timeout, attempts, Duration.ofMillis(200));
    return new HttpEmbedder(
            EmbeddingProfile.of(EmbeddingProfile.Kind.OPENAI, baseUrl, "m1", key),
            limits,
            new OpenAiWire(),
            HttpClient.newHttpClient(),
            millis -> {
              waits.add(millis);
              now += Duration.ofMillis(millis).toNanos();
            },
            () -> now)
        .embedQuery("x", 1);
  }

  private float[] embed() {
    return embed(KEY, Duration.ofSeconds(30), 3);
  }

  private void willAnswer(int status, String body, String... headers) {
    answers.add(
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
          }
          send(exchange, status, body);
        });
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Test
  void aBodyThatNeverEndsIsGivenUpLikeAnAnswerThatNeverComes() {
    HttpHandler stalling =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("{\"data\":".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          await(closing);
        };
    answers.add(stalling);
    answers.add(exchange -> await(closing));

    assertThatThrownBy(() -> embed(KEY, Duration.ofMillis(150), 2))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("failed 2 times")
        .hasMessageContaining("did not answer within 150 ms");
    assertThat(requests).isEqualTo(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aBodyWithoutEndIsCutOffAndNotAskedForAgain() {
    answers.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] part = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
          for (int sent = 0; sent < 4 * HttpEmbedder.MOST_ANSWER_BYTES; sent += part.length) {
            exchange.getResponseBody().write(part);
          }
        });

    assertThatThrownBy(this::embed)
        .hasMessageContaining("larger than " + HttpEmbedder.MOST_ANSWER_BYTES + " bytes");
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void aConnectionThatBreaksIsTriedAgain() {
    answers.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
          throw new IOException("gone");
        });
    willAnswer(200, GOOD);

    assertThat(embed()).containsExactly(1);
  }

  @ParameterizedTest
  @CsvSource({"408,7", "429,7", "500,0", "503,3"})
  void aProviderThatNamesATimeIsAskedNoSooner(int status, String seconds) {
    willAnswer(status, "later", "Retry-After", seconds);
    willAnswer(200, GOOD);

    assertThat(embed()).containsExactly(1);
    assertThat(waits).containsExactly(Math.max(200L, Long.parseLong(seconds) * 1000));
  }

  @Test
  void aDateToComeBackIsTakenByTheProvidersOwnClock() {
    String date = "Sun, 06 Nov 1994 08:49:37 GMT";
    String later = "Sun, 06 Nov 1994 08:50:07 GMT";
    assertThat(retryAfter("Date", date, "Retry-After", later)).isEqualTo(Duration.ofSeconds(30));
    assertThat(retryAfter("Date", later, "Retry-After", date)).isZero();
    assertThat(retryAfter("Retry-After", later)).isZero();
    assertThat(retryAfter("Date", date, "Retry-After", "soon")).isZero();
    assertThat(retryAfter("Date", date, "Retry-After", "-1")).isZero();
    assertThat(retryAfter("Date", date, "Retry-After", " 12 ")).isEqualTo(Duration.ofSeconds(12));
  }

  private static Duration retryAfter(String... headers) {
    Map<String, List<String>> map = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], List.of(headers[i + 1]));
    }
    return RetryAfter.of(HttpHeaders.of(map, (name, value) -> true));
  }

  @Test
  void aTimeBeyondTheDeadlineIsNotWaitedFor() {
    willAnswer(429, "quota", "Retry-After", "61");

    assertThatThrownBy(this::embed)
        .hasMessageContaining("did not answer within 60000 ms")
        .hasMessageContaining("quota");
    assertThat(waits).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 400, 401, 403, 404, 422})
  void otherAnswersAreFinal(int status) {
    willAnswer(status, "no", "Location", baseUrl + "/elsewhere");

    assertThatThrownBy(this::embed).hasMessageContaining("answered " + status);
    assertThat(requests).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{\"data\":{\"index\":0}}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[null]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[\"1\"]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1e999]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[NaN]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[[1]]}]}",
        "{\"data\":[{\"index\":1,\"embedding\":[1]}]}"
      })
  void nonsenseIsRefusedInWordsAndNotAskedForAgain(String body) {
    willAnswer(200, body);

    assertThatThrownBy(this::embed)
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("the embedding provider");
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void nestingWithoutEndIsRefused() {
    willAnswer(200, "[".repeat(100_000));

    assertThatThrownBy(this::embed).hasMessageContaining("not JSON");
  }

  @Test
  void theLargestFloatsAreNormalisedAndNotLost() {
    willAnswer(200, "{\"data\":[{\"index\":0,\"embedding\":[3.4e38]}]}");

    assertThat(embed()).containsExactly(1);
  }

  @Test
  void noMessageShowsTheKey() {
    willAnswer(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + ".\"}}");
    assertHidesTheKey(catchThrowable(this::embed), "Incorrect API key provided: [key].");
    willAnswer(400, "<html>" + KEY + "</html>");
    assertHidesTheKey(catchThrowable(this::embed), "[key]");
    assertHidesTheKey(
        catchThrowable(() -> embed(KEY + "\nsecond line", Duration.ofSeconds(1), 1)),
        "holds a character that no HTTP header can carry");
    baseUrl = "not a url";
    assertHidesTheKey(
        catchThrowable(this::embed), "'not a url' is no address of an embedding provider");
  }

  private static void assertHidesTheKey(Throwable failure, String message) {
    StringWriter everything = new StringWriter();
    failure.printStackTrace(new PrintWriter(everything));
    assertThat(failure).isInstanceOf(GraphException.class).hasMessageContaining(message);
    Map<String, ?> context = ((GraphException) failure).context();
    assertThat(everything + " " + context).doesNotContain(KEY);
  }

  @Test
  void aLongComplaintIsCutShort() {
    willAnswer(400, "{\"error\":{\"message\":\"" + "because ".repeat(10_000) + "\"}}");

    assertThat(catchThrowable(this::embed).getMessage()).hasSizeLessThan(400).endsWith("…");
  }
}
