package io.omnigraph.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A blob was to be stored as a reference to a place that is admitted but cannot be reached; nothing
 * was written.
 */
public class ExternalBlobSourceException extends GraphException {

  private static final long serialVersionUID = 1L;

  private final String uri;
  private final String reason;

  /**
   * @param uri the reference
   * @param reason why it cannot be reached, for people
   */
  public ExternalBlobSourceException(String uri, String reason, @Nullable Throwable cause) {
    super(
        Kind.EXTERNAL_SOURCE,
        "external_blob_source",
        "the external blob '" + uri + "' cannot be reached: " + reason + "; nothing was written",
        Map.of("uri", uri, "reason", reason),
        cause);
    this.uri = uri;
    this.reason = reason;
  }

  public String uri() {
    return uri;
  }

  public String reason() {
    return reason;
  }
}
