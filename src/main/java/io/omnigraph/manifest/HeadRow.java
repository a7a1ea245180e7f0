package io.omnigraph.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
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
  private static final String HISTORY = "history_fragments";

  String objectId() {
    return PREFIX + branch.value();
  }

  /**
   * @param history fragments of the manifest that hold nothing but the past, ascending
   */
  ObjectNode metadata(Collection<Integer> history) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("head_commit_id", commit.value());
    if (parent != null) {
      node.put("parent_commit_id", parent.value());
    }
    node.put("epoch", epoch);
    if (schemaHash != null) {
      node.put("schema_hash", schemaHash);
    }
    if (!history.isEmpty()) {
      history.forEach(node.putArray(HISTORY)::add);
    }
    return node;
  }

  /** The fragments that a head row says hold nothing but the past; older writers name none. */
  static SortedSet<Integer> history(ManifestRow row, ObjectMapper json) {
    SortedSet<Integer> fragments = new TreeSet<>();
    parse(row, json).path(HISTORY).forEach(id -> fragments.add(id.asInt()));
    return Collections.unmodifiableSortedSet(fragments);
  }

  static HeadRow decode(ManifestRow row, ObjectMapper json) {
    JsonNode node = parse(row, json);
    return new HeadRow(
        new BranchName(row.objectId().substring(PREFIX.length())),
        new CommitId(node.path("head_commit_id").asText()),
        node.hasNonNull("parent_commit_id")
            ? new CommitId(node.get("parent_commit_id").asText())
            : null,
        node.path("epoch").asLong(0),
        node.hasNonNull("schema_hash") ? node.get("schema_hash").asText() : null);
  }

  private static JsonNode parse(ManifestRow row, ObjectMapper json) {
    if (row.metadata() == null || !row.objectId().startsWith(PREFIX)) {
      throw new InternalException(
          "manifest_row_invalid",
          "the head row '" + row.objectId() + "' of the manifest is malformed",
          Map.of("object_id", row.objectId()));
    }
    try {
      return json.readTree(row.metadata());
    } catch (JsonProcessingException e) {
      throw new InternalException(
          "manifest_row_invalid",
          "the metadata of the head row '" + row.objectId() + "' is not JSON",
          Map.of("object_id", row.objectId()),
          e);
    }
  }
}
