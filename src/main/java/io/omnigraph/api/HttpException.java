package io.omnigraph.api;

import java.util.Map;
import java.util.TreeMap;

/**
 * A failure that only exists at the edge: credentials, routes, media types, body sizes, admission.
 * Everything else is a {@link io.omnigraph.model.GraphException}.
 */
public final class HttpException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, Object> context;
  private final transient Map<String, String> headers;

  private HttpException(
      int status,
      String code,
      String message,
      Map<String, ?> context,
      Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.context = new TreeMap<>(context);
    this.headers = Map.copyOf(headers);
  }

  public static HttpException badRequest(String code, String message) {
    return new HttpException(400, code, message, Map.of(), Map.of());
  }

  public static HttpException unauthorized(String message) {
    return new HttpException(
        401, "unauthorized", message, Map.of(), Map.of("WWW-Authenticate", "Bearer"));
  }

  public static HttpException notFound(String code, String message) {
    return new HttpException(404, code, message, Map.of(), Map.of());
  }

  public static HttpException methodNotAllowed(String method, String path, String allowed) {
    return new HttpException(
        405,
        "method_not_allowed",
        "method " + method + " is not allowed on " + path + "; allowed: " + allowed,
        Map.of(),
        Map.of("Allow", allowed));
  }

  public static HttpException conflict(String code, String message) {
    return new HttpException(409, code, message, Map.of(), Map.of());
  }

  public static HttpException tooLarge(long limit) {
    return new HttpException(
        413,
        "resource_limit",
        "the request body is larger than the limit of " + limit + " bytes",
        Map.of("resource", "body_bytes", "limit", limit),
        Map.of());
  }

  /** The bytes asked for lie outside of a blob of the given size. */
  public static HttpException unsatisfiableRange(long start, long end, long length) {
    return new HttpException(
        416,
        "blob_range",
        "the requested range lies outside of the blob, which has " + length + " bytes",
        Map.of("start", start, "end", end, "length", length),
        Map.of("Content-Range", "bytes */" + length, "Accept-Ranges", "bytes"));
  }

  /** A precondition of the request about the entity tag of a blob does not hold. */
  public static HttpException blobChanged(String etag) {
    return new HttpException(
        412,
        "blob_changed",
        "the blob is not the one that If-Match names",
        Map.of("actual", etag),
        Map.of("ETag", etag));
  }

  public static HttpException unsupportedMediaType(String expected) {
    return new HttpException(
        415,
        "unsupported_media_type",
        "expected a request with `content-type: " + expected + "`",
        Map.of("expected", expected),
        Map.of());
  }

  public static HttpException unprocessable(String message) {
    return new HttpException(422, "invalid_field", message, Map.of(), Map.of());
  }

  /** Too much at once; the caller may try again after the given seconds. */
  public static HttpException tooManyRequests(String code, String message, int retryAfterSeconds) {
    return new HttpException(
        429, code, message, Map.of(), Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  /** A part of the interface that this build does not have yet. */
  public static HttpException notSupportedYet(String feature, String advice) {
    return new HttpException(
        501,
        "feature_not_supported",
        feature + " is not supported yet" + advice,
        Map.of("feature", feature),
        Map.of());
  }

  /** The server cannot answer now. */
  public static HttpException unavailable(String code, String message, Map<String, ?> context) {
    return new HttpException(503, code, message, context, Map.of());
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, Object> context() {
    return context;
  }

  /** Extra response headers. */
  public Map<String, String> headers() {
    return headers;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
