package io.omnigraph.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * How one family of services is spoken to: the request for a text, and where the answer carries the
 * vector.
 */
sealed interface EmbeddingWire permits OpenAiWire, GeminiWire {

  HttpRequest.Builder request(
      EmbeddingProfile profile, String apiKey, String text, int dimension, ObjectMapper mapper);

  /** The array of numbers in a successful answer; null if it is not where it should be. */
  @Nullable JsonNode vector(JsonNode answer);
}
