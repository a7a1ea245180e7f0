package io.omnigraph.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Small objects below the graph root (or a cluster root): schema files, sidecars, leases, ledgers.
 * Keys are relative, segments separated by {@code /}. Writes are atomic: a reader sees the old
 * bytes or the new ones. Thread-safe. Failures are {@code StorageException}s; an answer that was
 * lost on the way is reported as one with code {@code storage_outcome_unknown}.
 */
public interface ObjectStore extends AutoCloseable {

  Optional<StoredObject> get(String key);

  /** Size and time of an object, without its bytes. */
  Optional<ObjectInfo> stat(String key);

  /** Replaces or creates. */
  Etag put(String key, byte[] bytes);

  /** Creates if absent; empty if the key exists. */
  Optional<Etag> putIfAbsent(String key, byte[] bytes);

  /** Replaces only if the current object has this tag; empty if it has another or none. */
  Optional<Etag> putIfMatch(String key, byte[] bytes, Etag expected);

  /** Idempotent. */
  void delete(String key);

  /** Every object whose key starts with the prefix, sorted by key. */
  List<ObjectInfo> list(String prefix);

  /**
   * Removes what interrupted writes left below a prefix that ends with {@code /}. Such residue is
   * never visible to the other operations. Call it only while nothing else writes there.
   */
  void deleteTorn(String prefix);

  /** Removes everything below a prefix that ends with {@code /}. Idempotent. */
  void deletePrefix(String prefix);

  /**
   * True if objects live on a local disk, where ownership is held by a file lock and writes must be
   * forced.
   */
  boolean isLocal();

  @Override
  void close();

  record StoredObject(byte[] bytes, Etag etag) {}

  record ObjectInfo(String key, long size, Instant lastModified) {}

  record Etag(String value) {}
}
