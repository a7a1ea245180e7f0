package io.omnigraph.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RedoRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sidecars of schema version 3 as JSON. */
final class SidecarCodec {

  static final int VERSION = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private SidecarCodec() {}

  static byte[] encode(Sidecar sidecar) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("schema_version", VERSION);
    node.put("operation_id", sidecar.operationId());
    node.put("graph_commit_id", sidecar.commitId().value());
    node.put("created_at", sidecar.createdAtMicros());
    node.put("kind", sidecar.kind().word());
    put(node, "actor_id", sidecar.actor());
    node.put("epoch", sidecar.epoch());
    node.put("branch", sidecar.branch().value());
    node.put("base_commit_id", sidecar.baseCommit().value());
    put(node, "merged_parent", sidecar.mergedParent());
    put(node, "schema_hash", sidecar.schemaHash());
    if (!sidecar.operations().isEmpty()) {
      node.set("operations", CommitCodec.encodeOperations(sidecar.operations()));
    }
    ArrayNode tables = node.putArray("tables");
    for (Sidecar.Table table : sidecar.tables()) {
      encodeTable(tables.addObject(), table);
    }
    ArrayNode pointers = node.putArray("registrations");
    for (Sidecar.Pointer pointer : sidecar.pointers()) {
      ObjectNode entry = pointers.addObject();
      entry.put("table_key", pointer.key().toString());
      entry.put("table_path", pointer.path());
      put(entry, "table_branch", pointer.tableBranch());
      entry.put("table_version", pointer.version());
      entry.put("row_count", pointer.rowCount());
    }
    ArrayNode drops = node.putArray("tombstones");
    for (Sidecar.Drop drop : sidecar.drops()) {
      ObjectNode entry = drops.addObject();
      entry.put("table_key", drop.key().toString());
      entry.put("tombstone_version", drop.tombstoneVersion());
    }
    if (!sidecar.creations().isEmpty()) {
      ArrayNode creations = node.putArray("creations");
      for (Sidecar.Creation creation : sidecar.creations()) {
        ObjectNode entry = creations.addObject();
        entry.put("table_key", creation.key().toString());
        entry.put("table_path", creation.path());
        entry.put("fresh", creation.fresh());
      }
    }
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes is always JSON", e);
    }
  }

  private static void encodeTable(ObjectNode node, Sidecar.Table table) {
    node.put("table_key", table.key().toString());
    node.put("table_path", table.path());
    put(node, "table_branch", table.tableBranch());
    node.put("base_version", table.baseVersion());
    node.put("row_count", table.rowCount());
    if (table.forkFrom() != null) {
      ObjectNode fork = node.putObject("fork_from");
      put(fork, "table_branch", table.forkFrom().tableBranch());
      fork.put("version", table.forkFrom().version());
    }
    put(node, "transaction_uuid", table.uuid());
    if (table.transaction() != null) {
      node.set("transaction", table.transaction().json());
    }
  }

  /** Reads the tree of a sidecar of version 3; throws {@code RuntimeException}s on any misfit. */
  static Sidecar decode(JsonNode node) {
    List<Sidecar.Table> tables = new ArrayList<>();
    for (JsonNode table : required(node, "tables")) {
      tables.add(decodeTable(table));
    }
    List<Sidecar.Pointer> pointers = new ArrayList<>();
    for (JsonNode pointer : node.path("registrations")) {
      pointers.add(
          new Sidecar.Pointer(
              TableKey.parse(required(pointer, "table_key").asText()),
              required(pointer, "table_path").asText(),
              branch(pointer, "table_branch"),
              required(pointer, "table_version").asLong(),
              pointer.path("row_count").asLong()));
    }
    List<Sidecar.Drop> drops = new ArrayList<>();
    for (JsonNode drop : node.path("tombstones")) {
      drops.add(
          new Sidecar.Drop(
              TableKey.parse(required(drop, "table_key").asText()),
              required(drop, "tombstone_version").asLong()));
    }
    List<Sidecar.Creation> creations = new ArrayList<>();
    for (JsonNode creation : node.path("creations")) {
      creations.add(
          new Sidecar.Creation(
              TableKey.parse(required(creation, "table_key").asText()),
              required(creation, "table_path").asText(),
              required(creation, "fresh").asBoolean()));
    }
    String actor = text(node, "actor_id");
    String mergedParent = text(node, "merged_parent");
    return new Sidecar(
        required(node, "operation_id").asText(),
        new CommitId(required(node, "graph_commit_id").asText()),
        required(node, "created_at").asLong(),
        CommitKind.parse(required(node, "kind").asText()),
        actor == null ? null : new ActorId(actor),
        required(node, "epoch").asLong(),
        new BranchName(required(node, "branch").asText()),
        new CommitId(required(node, "base_commit_id").asText()),
        mergedParent == null ? null : new CommitId(mergedParent),
        text(node, "schema_hash"),
        CommitCodec.decodeOperations(node.path("operations")),
        tables,
        pointers,
        drops,
        creations);
  }

  private static Sidecar.Table decodeTable(JsonNode node) {
    JsonNode fork = node.path("fork_from");
    JsonNode transaction = node.path("transaction");
    return new Sidecar.Table(
        TableKey.parse(required(node, "table_key").asText()),
        required(node, "table_path").asText(),
        branch(node, "table_branch"),
        required(node, "base_version").asLong(),
        required(node, "row_count").asLong(),
        fork.isObject()
            ? new Sidecar.ForkSource(
                branch(fork, "table_branch"), required(fork, "version").asLong())
            : null,
        text(node, "transaction_uuid"),
        transaction.isObject() ? new RedoRecord((ObjectNode) transaction) : null);
  }

  private static JsonNode required(JsonNode node, String key) {
    if (!node.hasNonNull(key)) {
      throw new IllegalArgumentException("'" + key + "' is missing");
    }
    return node.get(key);
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.hasNonNull(key) ? node.get(key).asText() : null;
  }

  private static @Nullable BranchName branch(JsonNode node, String key) {
    String text = text(node, key);
    return text == null ? null : new BranchName(text);
  }

  private static void put(ObjectNode node, String key, @Nullable Object value) {
    if (value != null) {
      node.put(key, value.toString());
    }
  }
}
