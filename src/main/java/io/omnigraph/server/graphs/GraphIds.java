package io.omnigraph.server.graphs;

import io.omnigraph.api.HttpException;
import java.util.Set;

/** Which words can be graph ids in a URL. */
public final class GraphIds {

  private static final int LONGEST = 64;
  private static final Set<String> RESERVED = Set.of("policies", "healthz", "openapi", "graphs");

  private GraphIds() {}

  public static boolean isLegal(String id) {
    boolean legal = !id.isEmpty() && id.length() <= LONGEST;
    for (int i = 0; i < id.length() && legal; i++) {
      char c = id.charAt(i);
      legal = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
    }
    return legal && !RESERVED.contains(id);
  }

  /**
   * Checks the id of a request.
   *
   * @throws HttpException 400 if no graph can have this id
   */
  public static void require(String id) {
    if (!isLegal(id)) {
      throw HttpException.badRequest(
          "invalid_graph_id",
          "invalid graph id '"
              + id
              + "': expected 1 to 64 letters, digits or hyphens, and none of "
              + "policies, healthz, openapi, graphs");
    }
  }
}
