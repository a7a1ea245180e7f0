package io.omnigraph.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST {base}/embeddings} with a bearer key, as OpenAI defined it and many services copy it.
 */
record OpenAiWire() implements EmbeddingWire {

  @Override
  public HttpRequest.Builder request(
      EmbeddingProfile profile, String apiKey, String text, int dimension, ObjectMapper mapper) {
    ObjectNode body = mapper.createObjectNode().put("model", profile.model());
    body.putArray("input").add(text);
    body.put("dimensions", dimension);
    return HttpRequest.newBuilder(URI.create(profile.baseUrl() + "/embeddings"))
        .header("Authorization", "Bearer " + apiKey)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()));
  }

  @Override
  public @Nullable JsonNode vector(JsonNode answer) {
    for (JsonNode item : answer.path("data")) {
      if (item.path("index").asInt(-1) == 0) {
        return item.get("embedding");
      }
    }
    return null;
  }
}
