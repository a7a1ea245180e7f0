package io.omnigraph.cli;

import io.omnigraph.api.BlobRequest;
import io.omnigraph.api.BlobStatOutput;
import io.omnigraph.write.BlobContent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the clients of local and served graphs share about blobs. */
final class BlobVerbs {

  private static final int PIECE_BYTES = 1 << 20;

  private BlobVerbs() {}

  static BlobStatOutput stat(BlobRequest request, BlobContent blob) {
    boolean elsewhere = blob.externalUri().isPresent();
    return output(
        request,
        elsewhere ? null : blob.size(),
        elsewhere ? null : blob.etag(),
        blob.externalUri().orElse(null),
        blob.commit().value());
  }

  /**
   * What the answer to a request for the first byte tells.
   *
   * @param failure the error that the answer holds if it is one
   */
  static BlobStatOutput stat(
      BlobRequest request, int status, HttpHeaders headers, Supplier<CliException> failure) {
    String commit = headers.firstValue("Omnigraph-Snapshot-Id").orElse("");
    return switch (status) {
      case 206 -> {
        String range = headers.firstValue("Content-Range").orElse("");
        yield output(
            request,
            Long.valueOf(range.substring(range.indexOf('/') + 1)),
            headers.firstValue("ETag").orElse(null),
            null,
            commit);
      }
      case 302 -> output(request, null, null, headers.firstValue("Location").orElse(null), commit);
      default -> throw failure.get();
    };
  }

  private static BlobStatOutput output(
      BlobRequest request,
      @Nullable Long size,
      @Nullable String etag,
      @Nullable String uri,
      String commit) {
    return new BlobStatOutput(
        request.selector().table().toString(),
        request.selector().id(),
        request.selector().property(),
        size,
        etag,
        uri,
        commit);
  }

  /** Copies a payload piece by piece. */
  static void copy(BlobContent blob, OutputStream out) throws IOException {
    if (blob.externalUri().isPresent()) {
      throw elsewhere(blob.externalUri().get());
    }
    for (long at = 0; at < blob.size(); at += PIECE_BYTES) {
      out.write(blob.read(at, (int) Math.min(PIECE_BYTES, blob.size() - at)));
    }
  }

  static CliException elsewhere(String uri) {
    return new CliException("the blob is stored outside the graph, at " + uri);
  }
}
