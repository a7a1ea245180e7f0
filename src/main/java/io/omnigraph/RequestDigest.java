package io.omnigraph;

import io.omnigraph.model.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Digests of requests, by which a repeated idempotency key tells a repetition from another request.
 */
final class RequestDigest {

  private RequestDigest() {}

  /** SHA-256 over the parts, each with its length. */
  static String of(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** JSON-like values as text that does not depend on the order of maps. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> {
        Map<String, String> sorted = new TreeMap<>();
        map.forEach((key, item) -> sorted.put(String.valueOf(key), text(item)));
        yield sorted.toString();
      }
      case Collection<?> items -> {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(text(item)));
        yield texts.toString();
      }
      case String text -> "\"" + text.length() + ":" + text;
      default -> value.getClass().getSimpleName() + ":" + value;
    };
  }

  /** An input, and its digest if one is needed. */
  record Spooled(InputStream stream, @Nullable String digest, @Nullable Path file)
      implements AutoCloseable {

    @Override
    public void close() {
      if (file != null) {
        try {
          stream.close();
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw failed(e);
        }
      }
    }
  }

  /** Copies an input to a temporary file to know its digest before it is read, if needed. */
  static Spooled spool(InputStream input, String kind, String mode, boolean needed) {
    if (!needed) {
      return new Spooled(input, null, null);
    }
    MessageDigest digest = sha256();
    try {
      Path file = Files.createTempFile("omnigraph-load-", ".jsonl");
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
        input.transferTo(out);
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
      String content = HexFormat.of().formatHex(digest.digest());
      return new Spooled(
          new BufferedInputStream(Files.newInputStream(file), 1 << 16),
          of(kind, mode, content),
          file);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static StorageException failed(IOException cause) {
    return new StorageException(
        "spool_failed",
        "the input could not be kept in a temporary file: " + cause.getMessage(),
        Map.of(),
        cause);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
