package io.omnigraph.embedding;

import io.omnigraph.model.BadRequestException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which provider to ask, where, for which model. A profile comes from the environment or from a
 * cluster's provider section; a missing key is no error before the first text has to be embedded.
 *
 * @param kind which wire to speak
 * @param baseUrl without a trailing slash; empty for the mock
 * @param model the model name; may be empty for the mock only
 * @param apiKey the secret; null if none was found
 * @param keyVariables the variables in which a key was looked for, named by the error that tells of
 *     a missing one
 */
public record EmbeddingProfile(
    Kind kind, String baseUrl, String model, @Nullable String apiKey, List<String> keyVariables) {

  /** The providers, with their spelling in configuration. */
  public enum Kind {
    OPENAI_COMPATIBLE(
        "openai-compatible",
        "https://openrouter.ai/api/v1",
        "openai/text-embedding-3-large",
        List.of("OPENROUTER_API_KEY", "OPENAI_API_KEY")),
    OPENAI(
        "openai", "https://api.openai.com/v1", "text-embedding-3-large", List.of("OPENAI_API_KEY")),
    GEMINI(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        "gemini-embedding-2",
        List.of("GEMINI_API_KEY")),
    MOCK("mock", "", "", List.of());

    private final String spelling;
    private final String defaultBaseUrl;
    private final String defaultModel;
    private final List<String> keyVariables;

    Kind(String spelling, String defaultBaseUrl, String defaultModel, List<String> keyVariables) {
      this.spelling = spelling;
      this.defaultBaseUrl = defaultBaseUrl;
      this.defaultModel = defaultModel;
      this.keyVariables = keyVariables;
    }

    public String spelling() {
      return spelling;
    }

    /**
     * Reads a configured kind.
     *
     * @throws BadRequestException if there is no such provider
     */
    public static Kind parse(String text) {
      for (Kind kind : values()) {
        if (kind.spelling.equals(text)) {
          return kind;
        }
      }
      throw new BadRequestException(
          "invalid_embedding_provider",
          "unknown embedding provider '"
              + text
              + "': expected openai-compatible, openai, gemini or mock",
          Map.of("provider", text));
    }
  }

  public EmbeddingProfile {
    keyVariables = List.copyOf(keyVariables);
    while (baseUrl.endsWith("/")) {
      baseUrl = baseUrl.substring(0, baseUrl.length() - 1);
    }
  }

  /**
   * Completes a profile with the defaults of its kind.
   *
   * @param baseUrl null or blank for the default
   * @param model null or blank for the default
   * @param apiKey null or blank if there is none
   */
  public static EmbeddingProfile of(
      Kind kind, @Nullable String baseUrl, @Nullable String model, @Nullable String apiKey) {
    return new EmbeddingProfile(
        kind,
        orDefault(baseUrl, kind.defaultBaseUrl),
        orDefault(model, kind.defaultModel),
        apiKey == null || apiKey.isBlank() ? null : apiKey.strip(),
        kind.keyVariables);
  }

  /**
   * Resolves the profile that environment variables describe; {@code OMNIGRAPH_EMBEDDINGS_MOCK}
   * wins over everything.
   */
  public static EmbeddingProfile fromEnvironment(Map<String, String> environment) {
    Kind kind =
        isTrue(environment.get("OMNIGRAPH_EMBEDDINGS_MOCK"))
            ? Kind.MOCK
            : Kind.parse(
                orDefault(
                    environment.get("OMNIGRAPH_EMBED_PROVIDER"), Kind.OPENAI_COMPATIBLE.spelling));
    String key =
        kind.keyVariables.stream()
            .map(environment::get)
            .filter(value -> value != null && !value.isBlank())
            .findFirst()
            .orElse(null);
    return of(
        kind,
        environment.get("OMNIGRAPH_EMBED_BASE_URL"),
        environment.get("OMNIGRAPH_EMBED_MODEL"),
        key);
  }

  private static boolean isTrue(@Nullable String flag) {
    return flag != null
        && List.of("1", "true", "yes", "on")
            .contains(flag.strip().toLowerCase(java.util.Locale.ROOT));
  }

  private static String orDefault(@Nullable String value, String fallback) {
    return value == null || value.isBlank() ? fallback : value.strip();
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "EmbeddingProfile["
        + kind.spelling
        + ", "
        + baseUrl
        + ", "
        + model
        + (apiKey == null ? ", no key]" : ", key set]");
  }
}
