package io.omnigraph.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder {@code __recovery/}: writing, reading and removing sidecars. Thread-safe. */
final class SidecarStore {

  static final String FOLDER = "__recovery/";

  private static final String SUFFIX = ".json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectStore objects;

  SidecarStore(ObjectStore objects) {
    this.objects = objects;
  }

  /** A sidecar of any readable schema version. */
  sealed interface Found {
    String key();

    record Current(String key, Sidecar sidecar) implements Found {}

    record Legacy(String key, LegacySidecar sidecar) implements Found {}
  }

  static String key(String operationId) {
    return FOLDER + operationId + SUFFIX;
  }

  /**
   * Writes a sidecar. An error of the store is looked into, because a sidecar that is there
   * although its writer was told otherwise would be carried out later.
   *
   * @throws GraphException if it is certainly not there
   * @throws RecoveryRequiredException if the store does not tell
   */
  void write(Sidecar sidecar) {
    String key = key(sidecar.operationId());
    byte[] bytes = SidecarCodec.encode(sidecar);
    try {
      objects.put(key, bytes);
    } catch (GraphException e) {
      if (!isThere(key, bytes, e)) {
        throw e;
      }
    }
  }

  private boolean isThere(String key, byte[] bytes, GraphException cause) {
    try {
      Optional<ObjectStore.StoredObject> stored = objects.get(key);
      return stored.isPresent() && Arrays.equals(stored.get().bytes(), bytes);
    } catch (GraphException unreadable) {
      unreadable.addSuppressed(cause);
      throw new RecoveryRequiredException(
          "sidecar_outcome_unknown",
          "the store does not tell whether the recovery file "
              + key
              + " was written; recovery settles it before the next write",
          Map.of("file", key),
          unreadable);
    }
  }

  void delete(String key) {
    objects.delete(key);
  }

  boolean exists(String key) {
    return objects.get(key).isPresent();
  }

  /** Removes what an interrupted write of a sidecar left. Call only while nothing writes here. */
  void deleteTorn() {
    objects.deleteTorn(FOLDER);
  }

  /**
   * Every sidecar in time order. Files of other names are ignored.
   *
   * @throws RecoveryRequiredException if one cannot be read: writes stop until somebody looks at it
   */
  List<Found> list() {
    List<Found> found = new ArrayList<>();
    for (ObjectStore.ObjectInfo info : objects.list(FOLDER)) {
      String name = info.key().substring(FOLDER.length());
      if (name.endsWith(SUFFIX) && name.indexOf('/') < 0) {
        objects.get(info.key()).ifPresent(o -> found.add(parse(info.key(), o.bytes())));
      }
    }
    return found;
  }

  static Found parse(String key, byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      int version = node.path("schema_version").asInt(0);
      if (version == SidecarCodec.VERSION) {
        return new Found.Current(key, SidecarCodec.decode(node));
      }
      if (version == 1 || version == 2) {
        return new Found.Legacy(key, LegacySidecar.decode(node));
      }
      throw unreadable(
          key, "its schema version " + node.path("schema_version") + " is unknown", null);
    } catch (RecoveryRequiredException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(key, String.valueOf(e.getMessage()), e);
    }
  }

  private static RecoveryRequiredException unreadable(
      String key, String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new RecoveryRequiredException(
        "recovery_file_unreadable",
        "the recovery file "
            + key
            + " cannot be read ("
            + why
            + "). Writes to this graph stop until it is settled; reading works. The file is kept:"
            + " upgrade omnigraph if a newer release wrote it, otherwise restore it or have it"
            + " reviewed before removing it",
        Map.of("file", key),
        cause);
  }
}
