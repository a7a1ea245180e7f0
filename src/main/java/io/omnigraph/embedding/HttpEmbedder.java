package io.omnigraph.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TextEmbedder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider over HTTP. Timeouts, connection failures, 5xx, 408 and 429 are tried again with
 * doubling waits, or later if the provider asks for that, all within one deadline; any other answer
 * is final. No message holds the key, not even one that quotes the provider. Thread-safe.
 */
final class HttpEmbedder implements TextEmbedder {

  /** How to wait between attempts; replaced in tests. */
  interface Sleeper {
    void sleep(long millis) throws InterruptedException;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Some hundred thousand numbers in JSON. */
  static final int MOST_ANSWER_BYTES = 8 << 20;

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
    Duration asked = Duration.ZERO;
    StorageException last = null;
    for (int attempt = 1; attempt <= limits.attempts(); attempt++) {
      if (attempt > 1) {
        pause(wait, asked, deadline, last);
        wait *= 2;
      }
      switch (ask(key, text, dimension, remaining(deadline, last))) {
        case Attempt.Answered answered -> {
          return answered.vector();
        }
        case Attempt.Refused refused -> throw refused.failure();
        case Attempt.Failed failed -> {
          last = failed.failure();
          asked = failed.retryAfter();
        }
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

  /** What came of asking once. */
  private sealed interface Attempt {
    record Answered(float[] vector) implements Attempt {}

    /** Asking again would not help. */
    record Refused(StorageException failure) implements Attempt {}

    /**
     * @param retryAfter how long the provider wants to be left alone
     */
    record Failed(StorageException failure, Duration retryAfter) implements Attempt {}
  }

  private Attempt ask(String key, String text, int dimension, Duration timeout) {
    HttpResponse<String> response;
    CompletableFuture<HttpResponse<String>> asked = null;
    try {
      // The client's own timeout ends with the headers: a body may take for ever.
      asked = client.sendAsync(request(key, text, dimension), LimitedBody.of(MOST_ANSWER_BYTES));
      response = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      asked.cancel(true);
      return new Attempt.Failed(
          failed(
              "the embedding provider at "
                  + profile.baseUrl()
                  + " did not answer within "
                  + timeout.toMillis()
                  + " ms",
              e),
          Duration.ZERO);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      if (cause instanceof LimitedBody.TooLarge) {
        return new Attempt.Refused(
            failed("the embedding provider's answer makes no sense: " + cause.getMessage(), cause));
      }
      return new Attempt.Failed(
          failed(
              "cannot reach the embedding provider at " + profile.baseUrl() + ": " + cause, cause),
          Duration.ZERO);
    } catch (InterruptedException e) {
      if (asked != null) {
        asked.cancel(true);
      }
      Thread.currentThread().interrupt();
      throw failed("interrupted while waiting for the embedding provider", e);
    }
    int status = response.statusCode();
    if (status / 100 == 2) {
      return new Attempt.Answered(decode(response.body(), dimension));
    }
    String quoted = errorText(response.body()).replace(key, "[key]");
    StorageException failure =
        failed("the embedding provider answered " + status + ": " + quoted, null);
    return status == 429 || status == 408 || status >= 500
        ? new Attempt.Failed(failure, RetryAfter.of(response.headers()))
        : new Attempt.Refused(failure);
  }

  private HttpRequest request(String key, String text, int dimension) {
    // Checked here because the client's complaint would show the key.
    if (key.chars().anyMatch(c -> c < 0x20 || c > 0x7E)) {
      throw failed("the API key holds a character that no HTTP header can carry", null);
    }
    try {
      return wire.request(profile, key, text, dimension, MAPPER).build();
    } catch (IllegalArgumentException e) {
      throw failed("'" + profile.baseUrl() + "' is no address of an embedding provider", e);
    }
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
        return abbreviated(message.textValue());
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

  /**
   * @param asked how long the provider wants to be left alone
   */
  private void pause(long millis, Duration asked, long deadline, @Nullable GraphException last) {
    long left = remaining(deadline, last).toMillis();
    if (!limits.deadline().isZero() && deadline - nanoClock.getAsLong() < asked.toNanos()) {
      throw expired(last);
    }
    try {
      sleeper.sleep(Math.max(asked.toMillis(), Math.min(millis, left)));
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
      throw expired(last);
    }
    return Duration.ofNanos(Math.min(left, limits.timeout().toNanos()));
  }

  private StorageException expired(@Nullable GraphException last) {
    return new StorageException(
        "embedding_deadline",
        "the embedding provider did not answer within "
            + limits.deadline().toMillis()
            + " ms"
            + (last == null ? "" : "; last: " + last.getMessage()),
        Map.of("deadline_ms", limits.deadline().toMillis()),
        last);
  }

  private static StorageException failed(String message, @Nullable Throwable cause) {
    return new StorageException("embedding_failed", message, Map.of(), cause);
  }
}
