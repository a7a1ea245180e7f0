package io.omnigraph.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a graph (or a cluster) is stored: a local directory or a prefix of an S3 bucket. Texts that
 * name the same place compare equal once {@link #canonical()} was applied.
 *
 * @param scheme what kind of storage
 * @param location an absolute normalised path, or {@code bucket} / {@code bucket/prefix} without
 *     slashes at the ends
 */
public record GraphUri(Scheme scheme, String location) {

  /** The kinds of storage. */
  public enum Scheme {
    LOCAL,
    S3
  }

  public static GraphUri local(Path directory) {
    return new GraphUri(Scheme.LOCAL, directory.toAbsolutePath().normalize().toString());
  }

  /**
   * Reads a local path (relative ones are resolved against the working directory), a {@code
   * file://} or an {@code s3://} URI.
   *
   * @throws BadRequestException for anything else; {@code http(s)://} names a server, not storage
   */
  public static GraphUri parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      throw invalid(text, "it is empty");
    }
    int colon = trimmed.indexOf("://");
    if (colon < 0) {
      if (trimmed.startsWith("file:/")) {
        return ofFileUri(text, trimmed);
      }
      return local(Path.of(trimmed));
    }
    return switch (trimmed.substring(0, colon).toLowerCase(java.util.Locale.ROOT)) {
      case "file" -> ofFileUri(text, trimmed);
      case "s3" -> ofS3(text, trimmed.substring(colon + 3));
      case "http", "https" ->
          throw invalid(text, "an http(s) URL names a server, not storage; use --server");
      default -> throw invalid(text, "expected a local path, file:// or s3://");
    };
  }

  public boolean isLocal() {
    return scheme == Scheme.LOCAL;
  }

  /** The directory of a local graph. */
  public Path path() {
    if (!isLocal()) {
      throw new IllegalStateException("not a local graph: " + this);
    }
    return Path.of(location);
  }

  /** The bucket of an S3 graph. */
  public String bucket() {
    requireS3();
    int slash = location.indexOf('/');
    return slash < 0 ? location : location.substring(0, slash);
  }

  /** The key prefix of an S3 graph, without slashes at the ends; empty for the bucket's root. */
  public String prefix() {
    requireS3();
    int slash = location.indexOf('/');
    return slash < 0 ? "" : location.substring(slash + 1);
  }

  /** The place {@code relative} below this one; segments are separated by {@code /}. */
  public GraphUri resolve(String relative) {
    if (isLocal()) {
      return local(path().resolve(relative));
    }
    return relative.isEmpty() ? this : new GraphUri(scheme, location + "/" + relative);
  }

  /** The same place with symbolic links resolved, as far as the directories exist. */
  public GraphUri canonical() {
    if (!isLocal()) {
      return this;
    }
    Path existing = path();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      Path rest = existing.relativize(path());
      return local(existing.toRealPath().resolve(rest));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resolve " + this, e);
    }
  }

  /** A local path, or {@code s3://bucket/prefix}. */
  @Override
  public String toString() {
    return isLocal() ? location : "s3://" + location;
  }

  private void requireS3() {
    if (isLocal()) {
      throw new IllegalStateException("not an S3 graph: " + this);
    }
  }

  private static GraphUri ofFileUri(String text, String uri) {
    try {
      URI parsed = URI.create(uri.replace(" ", "%20"));
      if (parsed.getPath() == null || parsed.getPath().isEmpty()) {
        throw invalid(text, "a file URI needs an absolute path");
      }
      if (parsed.getHost() != null && !parsed.getHost().equals("localhost")) {
        throw invalid(text, "a file URI must not name a host; write file:///path");
      }
      return local(Path.of(parsed.getPath()));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(
          "invalid_graph_uri",
          "invalid graph URI '" + text + "': " + e.getMessage(),
          java.util.Map.of("uri", text),
          e);
    }
  }

  private static GraphUri ofS3(String text, String rest) {
    String location = rest;
    while (location.endsWith("/")) {
      location = location.substring(0, location.length() - 1);
    }
    if (location.isEmpty() || location.startsWith("/")) {
      throw invalid(text, "an s3 URI needs a bucket: s3://bucket/prefix");
    }
    for (String segment : location.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw invalid(text, "empty, '.' and '..' segments are not allowed");
      }
    }
    return new GraphUri(Scheme.S3, location);
  }

  private static BadRequestException invalid(String text, String reason) {
    return new BadRequestException(
        "invalid_graph_uri",
        "invalid graph URI '" + text + "': " + reason,
        java.util.Map.of("uri", text));
  }
}
