package io.omnigraph.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.IoText;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.object.ObjectStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stored side of a cluster: ledger, lock, payloads, sidecars and the roots of its graphs. */
final class ClusterRoot implements AutoCloseable {

  static final String STATE = "__cluster/state.json";
  static final String LOCK = "__cluster/lock.json";
  private static final String RECOVERIES = "__cluster/recoveries/";

  private final GraphUri uri;
  private final ObjectStore store;

  private ClusterRoot(GraphUri uri, ObjectStore store) {
    this.uri = uri;
    this.store = store;
  }

  /**
   * Opens the storage of a cluster.
   *
   * @param storage the configured root; null for the directory itself
   */
  static ClusterRoot open(Path directory, @Nullable String storage, StorageOptions options) {
    try {
      GraphUri uri;
      if (storage == null) {
        uri = GraphUri.local(directory);
      } else if (storage.contains("://")) {
        uri = GraphUri.parse(storage);
      } else {
        uri = GraphUri.local(directory.resolve(storage));
      }
      return open(uri, options);
    } catch (GraphException e) {
      throw new ClusterFailure("storage_root_invalid", "storage", e.getMessage(), e);
    }
  }

  static ClusterRoot open(GraphUri uri, StorageOptions options) {
    GraphUri canonical = uri.canonical();
    return new ClusterRoot(canonical, ObjectStores.open(canonical, options));
  }

  GraphUri uri() {
    return uri;
  }

  String graphUri(String graph) {
    return uri.resolve(graphKey(graph)).toString();
  }

  private static String graphKey(String graph) {
    return "graphs/" + graph + ".omni";
  }

  /** True if something that calls itself a graph stands at the graph's root. */
  boolean hasGraph(String graph) {
    return store.get(graphKey(graph) + "/_schema.pg").isPresent();
  }

  // ---- ledger

  /** A ledger with the text it was read from, so that it can be replaced only if unchanged. */
  record StoredLedger(Ledger ledger, byte[] text, ObjectStore.Etag etag) {

    /** The public name of this state. */
    String token() {
      return "sha256:" + Digests.of(text);
    }
  }

  Optional<StoredLedger> readLedger() {
    Optional<ObjectStore.StoredObject> object;
    try {
      object = store.get(STATE);
    } catch (GraphException e) {
      throw new ClusterFailure(
          "state_read_error", STATE, "cannot read the ledger: " + e.getMessage(), e);
    }
    return object.map(found -> parse(found));
  }

  private static StoredLedger parse(ObjectStore.StoredObject object) {
    try {
      JsonNode tree = ClusterJson.MAPPER.readTree(object.bytes());
      int version = tree.path("version").asInt(-1);
      if (version != Ledger.VERSION) {
        throw new ClusterFailure(
            "unsupported_state_version",
            STATE,
            "the ledger has version " + tree.path("version") + "; this build reads version 1");
      }
      Ledger ledger = ClusterJson.MAPPER.treeToValue(tree, Ledger.class);
      if (ledger.appliedRevision() == null) {
        throw new ClusterFailure("invalid_state_json", STATE, "`applied_revision` is missing");
      }
      return new StoredLedger(ledger, object.bytes(), object.etag());
    } catch (JsonProcessingException e) {
      throw new ClusterFailure(
          "invalid_state_json", STATE, "the ledger is malformed: " + ClusterJson.describe(e), e);
    } catch (IOException e) {
      throw new ClusterFailure("state_read_error", STATE, IoText.of(e), e);
    }
  }

  /**
   * Writes the ledger if nobody else has since it was read.
   *
   * @param before what this command read; null if there was none
   */
  StoredLedger writeLedger(Ledger ledger, @Nullable StoredLedger before) {
    byte[] text = ClusterJson.pretty(ledger);
    Optional<ObjectStore.Etag> written;
    try {
      written =
          before == null
              ? store.putIfAbsent(STATE, text)
              : store.putIfMatch(STATE, text, before.etag());
    } catch (GraphException e) {
      throw new ClusterFailure(
          "state_write_error", STATE, "cannot write the ledger: " + e.getMessage(), e);
    }
    return new StoredLedger(
        ledger,
        text,
        written.orElseThrow(
            () ->
                new ClusterFailure(
                    "state_cas_mismatch",
                    STATE,
                    "another command changed the ledger meanwhile; run this one again")));
  }

  // ---- lock

  /** The content of a lock; null fields if it cannot be read. */
  record LockInfo(String lockId, String operation, String createdAt, long pid) {}

  Optional<LockInfo> readLock() {
    return store
        .get(LOCK)
        .map(
            object -> {
              try {
                JsonNode tree = ClusterJson.MAPPER.readTree(object.bytes());
                if (tree.path("version").asInt(-1) != 1) {
                  throw new ClusterFailure(
                      "unsupported_state_lock_version", LOCK, "the lock has another version");
                }
                return new LockInfo(
                    tree.path("lock_id").asText(),
                    tree.path("operation").asText(),
                    tree.path("created_at").asText(),
                    tree.path("pid").asLong());
              } catch (IOException e) {
                throw new ClusterFailure(
                    "invalid_state_lock", LOCK, "the lock is malformed: " + describe(e), e);
              }
            });
  }

  private static String describe(IOException problem) {
    return problem instanceof JsonProcessingException json
        ? ClusterJson.describe(json)
        : IoText.of(problem);
  }

  void takeLock(LockInfo lock) {
    ObjectNode json = ClusterJson.MAPPER.createObjectNode();
    json.put("version", 1);
    json.put("lock_id", lock.lockId());
    json.put("operation", lock.operation());
    json.put("created_at", lock.createdAt());
    json.put("pid", lock.pid());
    Optional<ObjectStore.Etag> taken;
    try {
      taken = store.putIfAbsent(LOCK, ClusterJson.pretty(json));
    } catch (GraphException e) {
      throw new ClusterFailure(
          "state_lock_error", LOCK, "cannot take the state lock: " + e.getMessage(), e);
    }
    if (taken.isEmpty()) {
      LockInfo holder =
          readLock().orElse(new LockInfo("unknown", "another command", "a moment ago", 0));
      throw new ClusterFailure(
          "state_lock_held",
          LOCK,
          "the state lock is held by `%s` (process %d) since %s; wait for it, or if it is dead: omnigraph cluster force-unlock %s"
              .formatted(holder.operation(), holder.pid(), holder.createdAt(), holder.lockId()));
    }
  }

  void releaseLock() {
    store.delete(LOCK);
  }

  // ---- payloads

  static String queryKey(String graph, String query, String digest) {
    return "__cluster/resources/query/" + graph + "/" + query + "/" + digest + ".gq";
  }

  Optional<byte[]> readPayload(String key) {
    return store.get(key).map(ObjectStore.StoredObject::bytes);
  }

  /** Writes a payload unless it stands there with this very content. */
  void ensurePayload(String key, byte[] bytes) {
    try {
      Optional<byte[]> present = readPayload(key);
      if (present.isEmpty() || !java.util.Arrays.equals(present.get(), bytes)) {
        store.put(key, bytes);
      }
    } catch (GraphException e) {
      throw new ClusterFailure(
          "resource_payload_write_error", key, "cannot write the payload: " + e.getMessage(), e);
    }
  }

  // ---- sidecars

  /** A command that has begun to move a graph. */
  record Sidecar(String key, String graph, String kind, ObjectNode json) {}

  List<Sidecar> readSidecars() {
    var sidecars = new ArrayList<Sidecar>();
    for (ObjectStore.ObjectInfo info : store.list(RECOVERIES)) {
      if (!info.key().endsWith(".json")) {
        continue;
      }
      store
          .get(info.key())
          .ifPresent(object -> sidecars.add(parseSidecar(info.key(), object.bytes())));
    }
    return sidecars;
  }

  private static Sidecar parseSidecar(String key, byte[] bytes) {
    try {
      JsonNode tree = ClusterJson.MAPPER.readTree(bytes);
      if (!(tree instanceof ObjectNode json) || json.path("graph_id").asText().isEmpty()) {
        throw new ClusterFailure("invalid_recovery_sidecar", key, "the sidecar names no graph");
      }
      if (json.path("schema_version").asInt(-1) != 1) {
        throw new ClusterFailure(
            "unsupported_recovery_sidecar_version", key, "the sidecar has another version");
      }
      return new Sidecar(key, json.path("graph_id").asText(), json.path("kind").asText(), json);
    } catch (IOException e) {
      throw new ClusterFailure(
          "invalid_recovery_sidecar", key, "the sidecar is malformed: " + describe(e), e);
    }
  }

  Sidecar writeSidecar(String operationId, String graph, String kind, ObjectNode json) {
    String key = RECOVERIES + operationId + ".json";
    try {
      store.put(key, ClusterJson.pretty(json));
    } catch (GraphException e) {
      throw new ClusterFailure(
          "recovery_sidecar_write_error", key, "cannot write: " + e.getMessage(), e);
    }
    return new Sidecar(key, graph, kind, json);
  }

  void deleteSidecar(Sidecar sidecar) {
    store.delete(sidecar.key());
  }

  @Override
  public void close() {
    store.close();
  }
}
