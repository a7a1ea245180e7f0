package io.omnigraph.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.jspecify.annotations.Nullable;

/** {@code POST {base}/models/{model}:embedContent} with the key in {@code x-goog-api-key}. */
record GeminiWire() implements EmbeddingWire {

  @Override
  public HttpRequest.Builder request(
      EmbeddingProfile profile, String apiKey, String text, int dimension, ObjectMapper mapper) {
    ObjectNode body = mapper.createObjectNode().put("model", "models/" + profile.model());
    body.putObject("content").putArray("parts").addObject().put("text", text);
    body.put("taskType", "RETRIEVAL_QUERY").put("outputDimensionality", dimension);
    return HttpRequest.newBuilder(
            URI.create(profile.baseUrl() + "/models/" + profile.model() + ":embedContent"))
        .header("x-goog-api-key", apiKey)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()));
  }

  @Override
  public @Nullable JsonNode vector(JsonNode answer) {
    return answer.path("embedding").get("values");
  }
}
