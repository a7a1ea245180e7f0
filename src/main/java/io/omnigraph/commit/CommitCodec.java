package io.omnigraph.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.manifest.LineageRow;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Between commits and their lineage rows. A row written here and read back gives an equal commit; a
 * row of an older writer, which knows fewer keys, reads as kind {@link CommitKind#UNKNOWN}.
 */
public final class CommitCodec {

  private static final String PARENT = "parent_commit_id";
  private static final String MERGED_PARENT = "merged_parent_commit_id";
  private static final String ACTOR = "actor_id";
  private static final String CREATED_AT = "created_at";
  private static final String KIND = "kind";
  private static final String TABLES = "tables";
  private static final String SCHEMA_HASH = "schema_hash";
  private static final String OPERATIONS = "operations";
  private static final String RECOVERED_BY = "recovered_by";
  private static final String CARRIED_BY = "carried_by";

  private CommitCodec() {}

  public static LineageRow encode(CommitRecord record) {
    GraphCommit commit = record.commit();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    put(node, PARENT, commit.parent());
    put(node, MERGED_PARENT, commit.mergedParent());
    put(node, ACTOR, commit.actor());
    node.put(CREATED_AT, commit.createdAtMicros());
    node.put(KIND, commit.kind().word());
    node.set(TABLES, encodeTables(commit.tables()));
    put(node, SCHEMA_HASH, commit.schemaHash());
    if (!record.operations().isEmpty()) {
      node.set(OPERATIONS, encodeOperations(record.operations()));
    }
    put(node, RECOVERED_BY, commit.recoveredBy());
    put(node, CARRIED_BY, commit.carriedBy());
    return new LineageRow(
        commit.id(), commit.branch(), commit.manifestVersion(), node, commit.carriedBy() != null);
  }

  public static CommitRecord decode(LineageRow row) {
    JsonNode node = row.metadata();
    GraphCommit commit =
        new GraphCommit(
            row.id(),
            row.branch(),
            row.manifestVersion(),
            commitId(node, PARENT),
            commitId(node, MERGED_PARENT),
            actor(node, ACTOR),
            row.createdAtMicros(),
            CommitKind.parse(node.path(KIND).asText("")),
            decodeTables(node.path(TABLES)),
            text(node, SCHEMA_HASH),
            actor(node, RECOVERED_BY),
            commitId(node, CARRIED_BY));
    return new CommitRecord(commit, decodeOperations(node.path(OPERATIONS)));
  }

  public static ArrayNode encodeOperations(List<CommitOperation> operations) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (CommitOperation operation : operations) {
      ObjectNode node = array.addObject();
      node.put("operation_id", operation.operationId());
      node.set("counts", operation.counts());
      put(node, "idempotency_key", operation.idempotencyKey());
      put(node, "request_digest", operation.requestDigest());
    }
    return array;
  }

  public static List<CommitOperation> decodeOperations(JsonNode array) {
    List<CommitOperation> operations = new ArrayList<>();
    for (JsonNode node : array) {
      operations.add(
          new CommitOperation(
              node.path("operation_id").asText(),
              node.has("counts") ? node.get("counts") : NullNode.instance,
              text(node, "idempotency_key"),
              text(node, "request_digest")));
    }
    return operations;
  }

  private static ArrayNode encodeTables(List<TableMove> tables) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (TableMove move : tables) {
      ObjectNode node = array.addObject();
      node.put("table_key", move.key().toString());
      node.put("from_version", move.fromVersion());
      node.put("to_version", move.toVersion());
      put(node, "table_branch", move.tableBranch());
      node.put("row_count", move.rowCount());
    }
    return array;
  }

  private static List<TableMove> decodeTables(JsonNode array) {
    List<TableMove> tables = new ArrayList<>();
    for (JsonNode node : array) {
      String branch = text(node, "table_branch");
      tables.add(
          new TableMove(
              TableKey.parse(node.path("table_key").asText()),
              node.path("from_version").asLong(),
              node.path("to_version").asLong(),
              branch == null ? null : new BranchName(branch),
              node.path("row_count").asLong()));
    }
    return tables;
  }

  private static void put(ObjectNode node, String key, @Nullable Object value) {
    if (value != null) {
      node.put(key, value.toString());
    }
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.hasNonNull(key) ? node.get(key).asText() : null;
  }

  private static @Nullable CommitId commitId(JsonNode node, String key) {
    String text = text(node, key);
    return text == null ? null : new CommitId(text);
  }

  private static @Nullable ActorId actor(JsonNode node, String key) {
    String text = text(node, key);
    return text == null ? null : new ActorId(text);
  }
}
