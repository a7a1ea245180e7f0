package io.omnigraph.testing;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The bucket: objects in memory, with conditional writes that are atomic. Thread-safe. */
final class S3Objects {

  /** One immutable object. */
  record Stored(byte[] bytes, String etag, Instant modified) {
    static Stored of(byte[] bytes) {
      return new Stored(bytes, etagOf(bytes), Instant.now());
    }
  }

  private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Map<String, TreeMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();

  @Nullable Stored get(String key) {
    return objects.get(key);
  }

  ConcurrentNavigableMap<String, Stored> from(String prefix) {
    return objects.tailMap(prefix, true);
  }

  /** The new object; null if the condition did not hold. */
  @Nullable Stored put(
      String key, byte[] bytes, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
    Stored created = Stored.of(bytes);
    Stored now =
        objects.compute(
            key,
            (k, current) -> {
              boolean holds =
                  (ifMatch == null || current != null && sameTag(current.etag(), ifMatch))
                      && (ifNoneMatch == null || current == null);
              return holds ? created : current;
            });
    return now == created ? created : null;
  }

  void delete(String key) {
    objects.remove(key);
  }

  String startUpload() {
    String id = UUID.randomUUID().toString();
    uploads.put(id, new TreeMap<>());
    return id;
  }

  String putPart(String uploadId, int number, byte[] bytes) {
    TreeMap<Integer, byte[]> parts = uploads.get(uploadId);
    synchronized (parts) {
      parts.put(number, bytes);
    }
    return etagOf(bytes);
  }

  @Nullable Stored completeUpload(
      String uploadId, String key, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    TreeMap<Integer, byte[]> parts = uploads.remove(uploadId);
    synchronized (parts) {
      parts.values().forEach(all::writeBytes);
    }
    return put(key, all.toByteArray(), ifMatch, ifNoneMatch);
  }

  void abortUpload(String uploadId) {
    uploads.remove(uploadId);
  }

  private static boolean sameTag(String etag, String given) {
    return etag.equals(given) || etag.equals('"' + given + '"');
  }

  private static String etagOf(byte[] bytes) {
    try {
      return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes)) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
