package io.omnigraph.cli;

import org.jspecify.annotations.Nullable;

/** What a command addresses. */
sealed interface Target {

  /** A graph opened in this process. */
  record Store(String uri) implements Target {}

  /**
   * A graph of a server.
   *
   * @param url without a slash at the end
   * @param graph null for the server itself
   */
  record Served(String url, @Nullable String graph) implements Target {

    String base() {
      return graph == null ? url : url + "/graphs/" + graph;
    }
  }

  default boolean isLocalStore() {
    return this instanceof Store store
        && (!store.uri.contains("://") || store.uri.startsWith("file:"));
  }

  /** {@code <uri> (served)}, {@code (direct, local)} or {@code (direct, remote)}. */
  default String describe() {
    return switch (this) {
      case Store store -> store.uri + (isLocalStore() ? " (direct, local)" : " (direct, remote)");
      case Served served -> served.base() + " (served)";
    };
  }
}
