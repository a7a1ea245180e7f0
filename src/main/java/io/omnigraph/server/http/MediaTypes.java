package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.omnigraph.write.TabularFormat;
import io.omnigraph.write.TabularInput;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Checks of the {@code Content-Type} header. */
final class MediaTypes {

  private MediaTypes() {}

  /**
   * @throws HttpException 415 if the request declares another media type, or none
   */
  static void require(HttpServerRequest request, String expected) {
    if (!of(request).equals(expected)) {
      throw HttpException.unsupportedMediaType(expected);
    }
  }

  private static String of(HttpServerRequest request) {
    String header = request.getHeader("Content-Type");
    return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** The columnar formats that a load takes, by media type. */
  static final Map<String, TabularInput.Format> TABULAR =
      new TreeMap<>(
          Map.of(
              "text/csv",
              TabularInput.Format.CSV,
              TabularFormat.PARQUET.mediaType(),
              TabularInput.Format.PARQUET,
              TabularFormat.ARROW.mediaType(),
              TabularInput.Format.ARROW));

  static boolean isTabular(HttpServerRequest request) {
    return TABULAR.containsKey(of(request));
  }

  /** The format of a body that {@link #isTabular}. */
  static TabularInput.Format tabular(HttpServerRequest request) {
    return java.util.Objects.requireNonNull(TABULAR.get(of(request)), "not tabular");
  }
}
