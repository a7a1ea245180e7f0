package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import java.util.Base64;
import java.util.Map;

/** Blobs as text: {@code base64:} and the payload, or the URI of something stored elsewhere. */
final class BlobText {

  static final String INLINE = "base64:";

  private BlobText() {}

  static boolean isInline(String text) {
    return text.startsWith(INLINE);
  }

  /**
   * The payload of inline text.
   *
   * @throws BadRequestException if it is not base64
   */
  static byte[] payload(String text) {
    try {
      return Base64.getDecoder().decode(text.substring(INLINE.length()));
    } catch (IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  static BadRequestException malformed(IllegalArgumentException cause) {
    return new BadRequestException(
        "invalid_blob", "invalid base64 blob data: " + cause.getMessage(), Map.of(), cause);
  }

  /**
   * Checks the text of a blob.
   *
   * @throws BadRequestException if it is neither a payload nor an admitted reference
   * @throws io.omnigraph.model.ExternalBlobSourceException if an admitted reference leads nowhere
   */
  static void check(String property, String text, ExternalBlobs external) {
    if (isInline(text)) {
      payload(text);
    } else if (!external.admits(text)) {
      throw externalDenied(property, text);
    } else {
      external.sources().require(text);
    }
  }

  /** Refuses a reference to something outside the graph. */
  static BadRequestException externalDenied(String property, String uri) {
    return new BadRequestException(
        "external_blob_denied",
        "blob property '"
            + property
            + "': the external URI '"
            + uri
            + "' is not allowed here; send the bytes as \"base64:...\"",
        Map.of("property", property, "uri", uri));
  }
}
