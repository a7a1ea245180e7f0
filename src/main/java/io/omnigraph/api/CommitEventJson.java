package io.omnigraph.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.commit.TableMove;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Commit and reference events as JSON, as they travel on the event bus and to subscribers. */
public final class CommitEventJson {

  private CommitEventJson() {}

  public static ObjectNode write(CommitEvent event) {
    GraphCommit commit = event.commit();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("graph", event.graph());
    json.put("branch", commit.branch().value());
    json.put("graph_commit_id", commit.id().value());
    json.put("parent_commit_id", commit.parent() == null ? null : commit.parent().value());
    putIfPresent(json, "merged_parent_commit_id", commit.mergedParent());
    putIfPresent(json, "actor_id", commit.actor());
    json.put("kind", commit.kind().word());
    json.put("manifest_version", commit.manifestVersion());
    json.put("created_at", commit.createdAtMicros());
    putIfPresent(json, "schema_hash", commit.schemaHash());
    putIfPresent(json, "recovered_by", commit.recoveredBy());
    putIfPresent(json, "carried_by", commit.carriedBy());
    var tables = json.putArray("tables");
    for (TableMove move : commit.tables()) {
      ObjectNode table = tables.addObject();
      table.put("table_key", move.key().toString());
      table.put("from_version", move.fromVersion());
      table.put("to_version", move.toVersion());
      putIfPresent(table, "table_branch", move.tableBranch());
      table.put("row_count", move.rowCount());
    }
    return json;
  }

  /** Reads what {@link #write} wrote. */
  public static CommitEvent read(ObjectNode json) {
    var tables = new ArrayList<TableMove>();
    for (var table : json.withArray("tables")) {
      String tableBranch = table.path("table_branch").textValue();
      tables.add(
          new TableMove(
              TableKey.parse(table.path("table_key").asText()),
              table.path("from_version").asLong(),
              table.path("to_version").asLong(),
              tableBranch == null ? null : new BranchName(tableBranch),
              table.path("row_count").asLong()));
    }
    return new CommitEvent(
        json.path("graph").asText(),
        new GraphCommit(
            new CommitId(json.path("graph_commit_id").asText()),
            new BranchName(json.path("branch").asText()),
            json.path("manifest_version").asLong(),
            commitId(json, "parent_commit_id"),
            commitId(json, "merged_parent_commit_id"),
            actor(json, "actor_id"),
            json.path("created_at").asLong(),
            CommitKind.parse(json.path("kind").asText()),
            tables,
            json.path("schema_hash").textValue(),
            actor(json, "recovered_by"),
            commitId(json, "carried_by")));
  }

  public static ObjectNode write(ReferenceEvent event) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("graph", event.graph());
    json.put("branch", event.branch().value());
    json.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
    putIfPresent(json, "from", event.from());
    putIfPresent(json, "incarnation", event.incarnation());
    return json;
  }

  private static @Nullable CommitId commitId(ObjectNode json, String field) {
    String text = json.path(field).textValue();
    return text == null ? null : new CommitId(text);
  }

  private static @Nullable ActorId actor(ObjectNode json, String field) {
    String text = json.path(field).textValue();
    return text == null ? null : new ActorId(text);
  }

  private static void putIfPresent(ObjectNode json, String field, @Nullable Object value) {
    if (value != null) {
      json.put(field, value.toString());
    }
  }
}
