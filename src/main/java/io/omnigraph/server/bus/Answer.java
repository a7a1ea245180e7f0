package io.omnigraph.server.bus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a worker hands to the HTTP side. */
public sealed interface Answer {

  /** A complete JSON body. */
  record Body(int status, byte[] json) implements Answer {
    public Body(byte[] json) {
      this(200, json);
    }
  }

  /**
   * The rows of a query, or their beginning.
   *
   * @param cursor where the rest is pulled from; null if {@code first} is all
   * @param queue how many pieces may wait for the client at once
   * @param queryName what ran, for forms whose body has no place for it; null for an export
   * @param graphCommitId what was read, likewise
   */
  record Rows(
      String contentType,
      byte[] first,
      @Nullable String cursor,
      int queue,
      @Nullable String queryName,
      @Nullable String graphCommitId)
      implements Answer {}

  /**
   * Bytes of known length with headers of their own, or their beginning.
   *
   * @param length of the body; -1 if the status allows none
   * @param first empty if the body is not to be sent
   * @param cursor where the rest is pulled from; null if {@code first} is all
   */
  record Content(
      int status,
      java.util.Map<String, String> headers,
      long length,
      byte[] first,
      @Nullable String cursor)
      implements Answer {}

  /** The next piece of a result; the cursor is gone after the last one. */
  record Chunk(byte[] bytes, boolean last) implements Answer {}

  /** A file to send and then delete. */
  record Spool(Path file, String contentType) implements Answer {}
}
