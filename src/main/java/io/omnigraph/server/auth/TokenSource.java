package io.omnigraph.server.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.api.Json;
import io.omnigraph.model.IoText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the bearer tokens of a server come from; chosen once at startup from its environment. */
public final class TokenSource {

  private static final String PREFIX = "OMNIGRAPH_SERVER_BEARER_";
  public static final String AWS_SECRET = PREFIX + "TOKENS_AWS_SECRET";
  public static final String TOKEN = PREFIX + "TOKEN";
  public static final String TOKENS_FILE = PREFIX + "TOKENS_FILE";
  public static final String TOKENS_JSON = PREFIX + "TOKENS_JSON";

  /** The actor of the single token in {@link #TOKEN}. */
  private static final String DEFAULT_ACTOR = "default";

  private TokenSource() {}

  /**
   * Reads every configured token.
   *
   * @throws StartupException if a source is named that is unreadable, malformed or not built in
   */
  public static BearerTokens load(Map<String, String> environment) {
    if (value(environment, AWS_SECRET) != null) {
      throw new StartupException(
          AWS_SECRET
              + " is set, but reading tokens from AWS Secrets Manager is not built in; use "
              + TOKENS_FILE
              + " or "
              + TOKENS_JSON);
    }
    var tokens = new LinkedHashMap<String, String>();
    String single = value(environment, TOKEN);
    if (single != null) {
      tokens.put(DEFAULT_ACTOR, single);
    }
    String file = value(environment, TOKENS_FILE);
    String inline = value(environment, TOKENS_JSON);
    if (file != null) {
      addAll(tokens, read(file), TOKENS_FILE + " (" + file + ")");
    } else if (inline != null) {
      addAll(tokens, inline, TOKENS_JSON);
    }
    return BearerTokens.of(tokens);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new StartupException(TOKENS_FILE + ": cannot read '" + file + "': " + IoText.of(e), e);
    }
  }

  private static void addAll(Map<String, String> tokens, String json, String source) {
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // The parser's own message may quote the text, which is secret.
      throw new StartupException(
          source
              + ": not valid JSON (line "
              + e.getLocation().getLineNr()
              + "); expected an object {actor: token}");
    }
    if (!tree.isObject()) {
      throw new StartupException(source + ": expected a JSON object {actor: token}");
    }
    tree.properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isTextual()) {
                throw new StartupException(
                    source + ": the token of actor '" + entry.getKey() + "' is not a string");
              }
              if (tokens.put(entry.getKey(), entry.getValue().textValue()) != null) {
                throw new StartupException(
                    source + ": duplicate bearer token actor '" + entry.getKey() + "'");
              }
            });
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }
}
