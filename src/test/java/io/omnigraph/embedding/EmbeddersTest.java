package io.omnigraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.TextEmbedder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddersTest {

  private record Answer(int status, String body) {}

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();
  private long now;
  private HttpServer provider;

  @BeforeEach
  void startProvider() throws IOException {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    provider.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-goog-api-key")
                  + " "
                  + body);
          Answer answer = answers.removeFirst();
          byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    provider.start();
  }

  @AfterEach
  void stopProvider() {
    provider.stop(0);
  }

  private String baseUrl() {
    return "http://127.0.0.1:" + provider.getAddress().getPort() + "/v1/";
  }

  private TextEmbedder embedder(EmbeddingProfile.Kind kind, EmbeddingLimits limits) {
    EmbeddingProfile profile = EmbeddingProfile.of(kind, baseUrl(), "m1", "secret");
    EmbeddingWire wire = kind == EmbeddingProfile.Kind.GEMINI ? new GeminiWire() : new OpenAiWire();
    return new HttpEmbedder(
        profile,
        limits,
        wire,
        HttpClient.newHttpClient(),
        millis -> {
          waits.add(millis);
          now += Duration.ofMillis(millis).toNanos();
        },
        () -> now);
  }

  private TextEmbedder openAi() {
    return embedder(EmbeddingProfile.Kind.OPENAI, EmbeddingLimits.DEFAULT);
  }

  private void willAnswer(int status, String body) {
    answers.add(new Answer(status, body));
  }

  @Test
  void mockVectorsEqualTheReferenceVectors() {
    TextEmbedder mock = Embedders.fromEnvironment(Map.of("OMNIGRAPH_EMBEDDINGS_MOCK", "1"));
    assertVector(mock.embedQuery("alpha", 4), -0.542049, -0.471799, 0.160905, 0.676534);
    assertVector(mock.embedQuery("beta", 4), 0.665963, -0.562220, -0.416368, 0.258921);
    assertVector(mock.embedQuery("gamma", 4), 0.504249, 0.252774, 0.448962, -0.693016);
  }

  @Test
  void openAiRequestsCarryModelTextAndDimensionAndTheVectorIsNormalised() {
    willAnswer(
        200, "{\"data\":[{\"index\":1,\"embedding\":[9]},{\"index\":0,\"embedding\":[3,4]}]}");
    assertVector(openAi().embedQuery("hi \"there\"", 2), 0.6, 0.8);
    assertThat(requests)
        .containsExactly(
            "/v1/embeddings Bearer secret null {\"model\":\"m1\",\"input\":[\"hi"
                + " \\\"there\\\"\"],\"dimensions\":2}");
  }

  @Test
  void geminiRequestsUseTheirOwnPathHeaderAndTaskType() {
    willAnswer(200, "{\"embedding\":{\"values\":[0,2]}}");
    TextEmbedder gemini = embedder(EmbeddingProfile.Kind.GEMINI, EmbeddingLimits.DEFAULT);
    assertVector(gemini.embedQuery("x", 2), 0, 1);
    assertThat(requests)
        .containsExactly(
            "/v1/models/m1:embedContent null secret"
                + " {\"model\":\"models/m1\",\"content\":{\"parts\":[{\"text\":\"x\"}]},"
                + "\"taskType\":\"RETRIEVAL_QUERY\",\"outputDimensionality\":2}");
  }

  @Test
  void overloadAndServerErrorsAreRetriedWithDoublingWaits() {
    willAnswer(429, "{}");
    willAnswer(503, "busy");
    willAnswer(200, "{\"data\":[{\"index\":0,\"embedding\":[1]}]}");
    assertVector(openAi().embedQuery("x", 1), 1);
    assertThat(waits).containsExactly(200L, 400L);
  }

  @Test
  void aRefusalIsFinalAndQuotesTheProvider() {
    willAnswer(401, "{\"error\":{\"message\":\"bad key\"}}");
    assertThatThrownBy(() -> openAi().embedQuery("x", 1))
        .isInstanceOf(GraphException.class)
        .hasMessage("the embedding provider answered 401: bad key");
    assertThat(requests).hasSize(1);
  }

  @Test
  void theLastFailureIsReportedAfterAllAttempts() {
    for (int i = 0; i < 4; i++) {
      willAnswer(500, "oops " + i);
    }
    assertThatThrownBy(() -> openAi().embedQuery("x", 1))
        .hasMessageContaining("failed 4 times")
        .hasMessageContaining("oops 3");
  }

  @Test
  void theDeadlineBoundsAllAttempts() {
    EmbeddingLimits tight =
        new EmbeddingLimits(
            Duration.ofMillis(500), Duration.ofSeconds(30), 10, Duration.ofMillis(400));
    willAnswer(500, "one");
    willAnswer(500, "two");
    assertThatThrownBy(() -> embedder(EmbeddingProfile.Kind.OPENAI, tight).embedQuery("x", 1))
        .hasMessageContaining("did not answer within 500 ms")
        .hasMessageContaining("two");
    assertThat(waits).containsExactly(400L, 100L);
  }

  @Test
  void anUnreachableProviderIsNamed() {
    provider.stop(0);
    assertThatThrownBy(() -> openAi().embedQuery("x", 1))
        .hasMessageContaining("cannot reach the embedding provider at http://127.0.0.1:");
  }

  @Test
  void wrongDimensionsZerosAndNonsenseAreRefused() {
    willAnswer(200, "{\"data\":[{\"index\":0,\"embedding\":[1,2,3]}]}");
    assertThatThrownBy(() -> openAi().embedQuery("x", 2))
        .hasMessageContaining("embedding dimension mismatch: the property has 2")
        .hasMessageContaining("answered 3");
    willAnswer(200, "{\"data\":[{\"index\":0,\"embedding\":[0,0]}]}");
    assertThatThrownBy(() -> openAi().embedQuery("x", 2)).hasMessageContaining("vector of zeros");
    willAnswer(200, "{\"data\":[]}");
    assertThatThrownBy(() -> openAi().embedQuery("x", 2)).hasMessageContaining("holds no vector");
    willAnswer(200, "<html>");
    assertThatThrownBy(() -> openAi().embedQuery("x", 2)).hasMessageContaining("not JSON");
  }

  @Test
  void aMissingKeyNamesTheVariables() {
    assertThatThrownBy(() -> Embedders.fromEnvironment(Map.of()).embedQuery("x", 2))
        .hasMessageContaining("OPENROUTER_API_KEY or OPENAI_API_KEY");
  }

  @Test
  void theEnvironmentChoosesProviderModelAndAddress() {
    EmbeddingProfile profile =
        EmbeddingProfile.fromEnvironment(
            Map.of(
                "OMNIGRAPH_EMBED_PROVIDER", "gemini",
                "OMNIGRAPH_EMBED_BASE_URL", "http://x/y/",
                "OMNIGRAPH_EMBED_MODEL", "m2",
                "GEMINI_API_KEY", "k"));
    assertThat(profile)
        .isEqualTo(
            new EmbeddingProfile(
                EmbeddingProfile.Kind.GEMINI, "http://x/y", "m2", "k", List.of("GEMINI_API_KEY")));
    assertThat(profile.toString()).doesNotContain("k]").contains("key set");
    assertThatThrownBy(
            () -> EmbeddingProfile.fromEnvironment(Map.of("OMNIGRAPH_EMBED_PROVIDER", "cohere")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("cohere");
  }

  @Test
  void limitsThatDoNotParseKeepTheirDefaults() {
    assertThat(
            EmbeddingLimits.fromEnvironment(
                Map.of(
                    "OMNIGRAPH_EMBED_DEADLINE_MS", "soon", "OMNIGRAPH_EMBED_RETRY_ATTEMPTS", "2")))
        .isEqualTo(
            new EmbeddingLimits(
                Duration.ofSeconds(60), Duration.ofSeconds(30), 2, Duration.ofMillis(200)));
  }

  private static void assertVector(float[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }
}
