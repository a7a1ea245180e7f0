package io.omnigraph.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the bearer token for a URL. A token that belongs to one server is never sent elsewhere. */
final class Tokens {

  private Tokens() {}

  /**
   * The token of the configured server whose URL is the longest prefix of this one; else the
   * general one.
   */
  static @Nullable String find(String url, OperatorConfig config, Map<String, String> environment) {
    String best = null;
    int length = -1;
    for (Map.Entry<String, String> server : config.servers().entrySet()) {
      if (covers(server.getValue(), url) && server.getValue().length() > length) {
        best = server.getKey();
        length = server.getValue().length();
      }
    }
    if (best != null) {
      String variable = "OMNIGRAPH_TOKEN_" + best.toUpperCase(Locale.ROOT).replace('-', '_');
      String token = value(environment, variable);
      if (token != null) {
        return token;
      }
    }
    return value(environment, "OMNIGRAPH_BEARER_TOKEN");
  }

  /** True if the URL is the server's or lies below it; {@code http://h:80} never covers h:8080. */
  static boolean covers(String serverUrl, String url) {
    return url.equals(serverUrl)
        || url.startsWith(serverUrl)
            && (url.charAt(serverUrl.length()) == '/' || url.charAt(serverUrl.length()) == '?');
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
