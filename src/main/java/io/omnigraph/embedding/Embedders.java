package io.omnigraph.embedding;

import io.omnigraph.model.TextEmbedder;
import java.net.http.HttpClient;
import java.util.Map;

/** Makes embedders from profiles. */
public final class Embedders {

  private Embedders() {}

  /** The embedder that the process environment describes. */
  public static TextEmbedder fromEnvironment(Map<String, String> environment) {
    return of(
        EmbeddingProfile.fromEnvironment(environment),
        EmbeddingLimits.fromEnvironment(environment));
  }

  /** The embedder of a profile. Opens no connection before the first text. */
  public static TextEmbedder of(EmbeddingProfile profile, EmbeddingLimits limits) {
    return switch (profile.kind()) {
      case MOCK -> new MockEmbedder(profile.model());
      case OPENAI_COMPATIBLE, OPENAI -> http(profile, limits, new OpenAiWire());
      case GEMINI -> http(profile, limits, new GeminiWire());
    };
  }

  private static TextEmbedder http(
      EmbeddingProfile profile, EmbeddingLimits limits, EmbeddingWire wire) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(limits.timeout()).build();
    return new HttpEmbedder(profile, limits, wire, client, Thread::sleep, System::nanoTime);
  }
}
