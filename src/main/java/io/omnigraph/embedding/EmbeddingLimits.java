package io.omnigraph.embedding;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long and how often to ask a provider.
 *
 * @param deadline bound over all attempts; zero for none
 * @param timeout bound of one attempt
 * @param attempts how often to ask at most, at least 1
 * @param backoff wait before the second attempt; doubles after each
 */
public record EmbeddingLimits(Duration deadline, Duration timeout, int attempts, Duration backoff) {

  public static final EmbeddingLimits DEFAULT =
      new EmbeddingLimits(
          Duration.ofSeconds(60), Duration.ofSeconds(30), 4, Duration.ofMillis(200));

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingLimits.class);

  /**
   * Reads {@code OMNIGRAPH_EMBED_DEADLINE_MS, _TIMEOUT_MS, _RETRY_ATTEMPTS, _RETRY_BACKOFF_MS};
   * what does not parse keeps its default with a warning.
   */
  public static EmbeddingLimits fromEnvironment(Map<String, String> environment) {
    return new EmbeddingLimits(
        Duration.ofMillis(
            number(environment, "OMNIGRAPH_EMBED_DEADLINE_MS", DEFAULT.deadline.toMillis(), 0)),
        Duration.ofMillis(
            number(environment, "OMNIGRAPH_EMBED_TIMEOUT_MS", DEFAULT.timeout.toMillis(), 1)),
        (int) number(environment, "OMNIGRAPH_EMBED_RETRY_ATTEMPTS", DEFAULT.attempts, 1),
        Duration.ofMillis(
            number(
                environment, "OMNIGRAPH_EMBED_RETRY_BACKOFF_MS", DEFAULT.backoff.toMillis(), 0)));
  }

  private static long number(
      Map<String, String> environment, String name, long fallback, long least) {
    @Nullable String text = environment.get(name);
    if (text == null || text.isBlank()) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= Integer.MAX_VALUE) {
        return value;
      }
    } catch (NumberFormatException e) {
      LOG.debug("{} is not a number", name, e);
    }
    LOG.warn("{}='{}' is not a whole number of at least {}; using {}", name, text, least, fallback);
    return fallback;
  }
}
