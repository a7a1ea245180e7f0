package io.omnigraph.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an HTTP exchange (path-style addresses) into an {@link S3Request}. */
final class S3RequestParser {

  private S3RequestParser() {}

  static S3Request parse(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    int slash = path.indexOf('/');
    String key = slash < 0 ? "" : path.substring(slash + 1);
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    Headers headers = exchange.getRequestHeaders();
    String copySource = headers.getFirst("x-amz-copy-source");
    byte[] body = body(exchange);
    S3Request.Kind kind = kind(exchange.getRequestMethod(), key, query, copySource);
    return new S3Request(
        kind,
        kind == S3Request.Kind.LIST ? query.getOrDefault("prefix", "") : key,
        query,
        headers.getFirst("Range"),
        headers.getFirst("If-Match"),
        headers.getFirst("If-None-Match"),
        copySource == null ? null : sourceKey(copySource),
        body);
  }

  private static S3Request.Kind kind(
      String method, String key, Map<String, String> query, @Nullable String copySource) {
    return switch (method) {
      case "GET" -> key.isEmpty() ? S3Request.Kind.LIST : S3Request.Kind.GET;
      case "HEAD" -> key.isEmpty() ? S3Request.Kind.HEAD_BUCKET : S3Request.Kind.HEAD;
      case "PUT" -> {
        if (query.containsKey("uploadId")) {
          yield S3Request.Kind.MULTIPART_PART;
        }
        yield copySource == null ? S3Request.Kind.PUT : S3Request.Kind.COPY;
      }
      case "DELETE" ->
          query.containsKey("uploadId") ? S3Request.Kind.MULTIPART_ABORT : S3Request.Kind.DELETE;
      case "POST" -> {
        if (query.containsKey("delete")) {
          yield S3Request.Kind.DELETE_MANY;
        }
        yield query.containsKey("uploads")
            ? S3Request.Kind.MULTIPART_START
            : S3Request.Kind.MULTIPART_COMPLETE;
      }
      default -> throw new IllegalArgumentException("unsupported method " + method);
    };
  }

  private static String sourceKey(String copySource) {
    String decoded = URLDecoder.decode(copySource, StandardCharsets.UTF_8);
    String path = decoded.startsWith("/") ? decoded.substring(1) : decoded;
    return path.substring(path.indexOf('/') + 1);
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String part : raw.split("&")) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        query.put(
            URLDecoder.decode(name, StandardCharsets.UTF_8),
            URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    byte[] raw = exchange.getRequestBody().readAllBytes();
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    return encoding != null && encoding.contains("aws-chunked") ? joinChunks(raw) : raw;
  }

  /** {@code <hex length>[;chunk-signature=...]\r\n<bytes>\r\n ... 0\r\n}. */
  private static byte[] joinChunks(byte[] raw) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    int at = 0;
    while (true) {
      int lineEnd = at;
      while (raw[lineEnd] != '\r') {
        lineEnd++;
      }
      String line = new String(raw, at, lineEnd - at, StandardCharsets.US_ASCII);
      int semicolon = line.indexOf(';');
      int length = Integer.parseInt(semicolon < 0 ? line : line.substring(0, semicolon), 16);
      if (length == 0) {
        return joined.toByteArray();
      }
      joined.write(raw, lineEnd + 2, length);
      at = lineEnd + 2 + length + 2;
    }
  }
}
