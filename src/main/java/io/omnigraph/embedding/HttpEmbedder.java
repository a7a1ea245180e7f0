package io.omnigraph.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TextEmbedder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider over HTTP. Timeouts, connection failures, 5xx and 429 are tried again with
 * doubling waits, all within one deadline; any other answer is final. Thread-safe.
 */
final class HttpEmbedder implements TextEmbedder {

  /** How to wait between attempts; replaced in tests. */
  interface Sleeper {
    void sleep(long millis) throws InterruptedException;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final EmbeddingProfile profile;
  private final EmbeddingLimits limits;
  private final EmbeddingWire wire;
  private final HttpClient client;
  private final Sleeper sleeper;
  private final LongSupplier nanoClock;

  HttpEmbedder(
      EmbeddingProfile profile,
      EmbeddingLimits limits,
      EmbeddingWire wire,
      HttpClient client,
      Sleeper sleeper,
      LongSupplier nanoClock) {
    this.profile = profile;
    this.limits = limits;
    this.wire = wire;
    this.client = client;
    this.sleeper = sleeper;
    this.nanoClock = nanoClock;
  }

  @Override
  public String model() {
    return profile.model();
  }

  @Override
  public float[] embedQuery(String text, int dimension) {
    String key = profile.apiKey();
    if (key == null) {
      throw new StorageException(
          "embedding_key_missing",
          "no API key for the embedding provider '"
              + profile.kind().spelling()
              + "': set "
              + String.join(" or ", profile.keyVariables()));
    }
    long deadline = nanoClock.getAsLong() + limits.deadline().toNanos();
    long wait = limits.backoff().toMillis();
    StorageException last = null;
    for (int attempt = 1; attempt <= limits.attempts(); attempt++) {
      if (attempt > 1) {
        pause(wait, deadline, last);
        wait *= 2;
      }
      Attempt result = ask(key, text, dimension, remaining(deadline, last));
      if (result.vector != null) {
        return result.vector;
      }
      last = result.failure;
      if (!result.retryable) {
        throw last;
      }
    }
    StorageException cause = Objects.requireNonNull(last, "limits allow at least one attempt");
    throw new StorageException(
        "embedding_failed",
        "the embedding provider failed "
            + limits.attempts()
            + " times; last: "
            + cause.getMessage(),
        Map.of("attempts", limits.attempts()),
        cause);
  }

  private record Attempt(
      float @Nullable [] vector, @Nullable StorageException failure, boolean retryable) {}

  private Attempt ask(String key, String text, int dimension, Duration timeout) {
    HttpResponse<String> response;
    try {
      response =
          client.send(
              wire.request(profile, key, text, dimension, MAPPER).timeout(timeout).build(),
              BodyHandlers.ofString());
    } catch (IOException e) {
      return new Attempt(
          null,
          failed("cannot reach the embedding provider at " + profile.baseUrl() + ": " + e, e),
          true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted while waiting for the embedding provider", e);
    }
    int status = response.statusCode();
    if (status / 100 != 2) {
      return new Attempt(
          null,
          failed(
              "the embedding provider answered " + status + ": " + errorText(response.body()),
              null),
          status == 429 || status >= 500);
    }
    return new Attempt(decode(response.body(), dimension), null, false);
  }

  private float[] decode(String body, int dimension) {
    JsonNode numbers;
    try {
      numbers = wire.vector(MAPPER.readTree(body));
    } catch (JsonProcessingException e) {
      throw failed("the embedding provider answered something that is not JSON", e);
    }
    if (numbers == null || !numbers.isArray()) {
      throw failed("the embedding provider's answer holds no vector", null);
    }
    if (numbers.size() != dimension) {
      throw new StorageException(
          "embedding_dimension_mismatch",
          "embedding dimension mismatch: the property has "
              + dimension
              + ", model '"
              + profile.model()
              + "' answered "
              + numbers.size(),
          Map.of("expected", dimension, "actual", numbers.size()));
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      if (!numbers.get(i).isNumber()) {
        throw failed("the embedding provider's vector holds something that is not a number", null);
      }
      vector[i] = numbers.get(i).floatValue();
    }
    return Vectors.normalised(vector);
  }

  private static String errorText(String body) {
    try {
      JsonNode message = MAPPER.readTree(body).path("error").path("message");
      if (message.isTextual()) {
        return message.textValue();
      }
    } catch (JsonProcessingException e) {
      return abbreviated(body);
    }
    return abbreviated(body);
  }

  private static String abbreviated(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.isEmpty()
        ? "(empty body)"
        : line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  private void pause(long millis, long deadline, @Nullable GraphException last) {
    try {
      sleeper.sleep(Math.min(millis, remaining(deadline, last).toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted while waiting for the embedding provider", e);
    }
  }

  /** What one attempt may take now: its own timeout, cut by the deadline. */
  private Duration remaining(long deadline, @Nullable GraphException last) {
    if (limits.deadline().isZero()) {
      return limits.timeout();
    }
    long left = deadline - nanoClock.getAsLong();
    if (left <= 0) {
      throw new StorageException(
          "embedding_deadline",
          "the embedding provider did not answer within "
              + limits.deadline().toMillis()
              + " ms"
              + (last == null ? "" : "; last: " + last.getMessage()),
          Map.of("deadline_ms", limits.deadline().toMillis()),
          last);
    }
    return Duration.ofNanos(Math.min(left, limits.timeout().toNanos()));
  }

  private static StorageException failed(String message, @Nullable Throwable cause) {
    return new StorageException("embedding_failed", message, Map.of(), cause);
  }
}
