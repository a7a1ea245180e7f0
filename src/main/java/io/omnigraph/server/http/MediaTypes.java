package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.vertx.core.http.HttpServerRequest;

/** Checks of the {@code Content-Type} header. */
final class MediaTypes {

  private MediaTypes() {}

  /**
   * @throws HttpException 415 if the request declares another media type, or none
   */
  static void require(HttpServerRequest request, String expected) {
    String header = request.getHeader("Content-Type");
    String type = header == null ? "" : header.split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase(expected)) {
      throw HttpException.unsupportedMediaType(expected);
    }
  }
}
