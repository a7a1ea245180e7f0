package io.omnigraph.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The movable row that says which commit is the head of a branch. A fresh branch still shows the
 * row of its parent.
 *
 * @param branch the branch whose row it is
 * @param commit the head commit
 * @param parent its first parent; null for the first commit
 * @param epoch the owner that published it; 0 on rows of older writers
 * @param schemaHash the schema in force; null on rows of older writers
 */
public record HeadRow(
    BranchName branch,
    CommitId commit,
    @Nullable CommitId parent,
    long epoch,
    @Nullable String schemaHash) {

  private static final String PREFIX = "graph_head:";

  String objectId() {
    return PREFIX + branch.value();
  }

  ObjectNode metadata() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("head_commit_id", commit.value());
    if (parent != null) {
      node.put("parent_commit_id", parent.value());
    }
    node.put("epoch", epoch);
    if (schemaHash != null) {
      node.put("schema_hash", schemaHash);
    }
    return node;
  }

  static HeadRow decode(ManifestRow row, ObjectMapper json) {
    if (row.metadata() == null || !row.objectId().startsWith(PREFIX)) {
      throw new InternalException(
          "manifest_row_invalid",
          "the head row '" + row.objectId() + "' of the manifest is malformed",
          Map.of("object_id", row.objectId()));
    }
    try {
      JsonNode node = json.readTree(row.metadata());
      return new HeadRow(
          new BranchName(row.objectId().substring(PREFIX.length())),
          new CommitId(node.path("head_commit_id").asText()),
          node.hasNonNull("parent_commit_id")
              ? new CommitId(node.get("parent_commit_id").asText())
              : null,
          node.path("epoch").asLong(0),
          node.hasNonNull("schema_hash") ? node.get("schema_hash").asText() : null);
    } catch (JsonProcessingException e) {
      throw new InternalException(
          "manifest_row_invalid",
          "the metadata of the head row '" + row.objectId() + "' is not JSON",
          Map.of("object_id", row.objectId()),
          e);
    }
  }
}
