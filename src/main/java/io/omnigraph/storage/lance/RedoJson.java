package io.omnigraph.storage.lance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.InternalException;
import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.lance.LanceStagedWrite.StagedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.lance.FragmentMetadata;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.fragment.RowIdMeta;
import org.lance.fragment.VersionMeta;
import org.lance.operation.Merge;
import org.lance.operation.Operation;
import org.lance.operation.Overwrite;
import org.lance.operation.Update;

/**
 * The redo record: a transaction as JSON of our own, because the library cannot serialise one. What
 * {@link #read} rebuilds equals what {@link #write} was given.
 */
final class RedoJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String UPDATE = "Update";
  private static final String MERGE = "Merge";
  private static final String OVERWRITE = "Overwrite";

  private RedoJson() {}

  static RedoRecord write(Operation operation, List<StagedFile> files) {
    ObjectNode json = NODES.objectNode();
    if (operation instanceof Update update) {
      putUpdate(json, update);
    } else if (operation instanceof Merge merge) {
      putMerge(json, merge);
    } else if (operation instanceof Overwrite overwrite && overwrite.fragments().isEmpty()) {
      json.put("op", OVERWRITE);
      json.put("schema", overwrite.schema().toJson());
    } else {
      throw new IllegalArgumentException("no redo record for " + operation.name());
    }
    ArrayNode staged = json.putArray("files");
    for (StagedFile file : files) {
      staged.addObject().put("path", file.path()).put("size", file.size());
    }
    return new RedoRecord(json);
  }

  private static void putUpdate(ObjectNode json, Update update) {
    json.put("op", UPDATE);
    ArrayNode updated = json.putArray("updated");
    update.updatedFragments().forEach(fragment -> updated.add(fragment(fragment)));
    ArrayNode removed = json.putArray("removed");
    update.removedFragmentIds().forEach(removed::add);
    ArrayNode added = json.putArray("added");
    update.newFragments().forEach(fragment -> added.add(fragment(fragment)));
    ArrayNode preserve = json.putArray("preserve");
    for (long id : update.fieldsForPreservingFragBitmap()) {
      preserve.add(id);
    }
  }

  private static void putMerge(ObjectNode json, Merge merge) {
    json.put("op", MERGE);
    ArrayNode fragments = json.putArray("fragments");
    merge.fragments().forEach(fragment -> fragments.add(fragment(fragment)));
    json.put("schema", merge.schema().toJson());
  }

  static Operation operation(RedoRecord redo) {
    JsonNode json = redo.json();
    try {
      return switch (json.path("op").asText()) {
        case UPDATE ->
            LanceStaging.update(
                fragments(json.required("updated")),
                longs(json.required("removed")),
                fragments(json.required("added")),
                longs(json.required("preserve")).stream().mapToLong(Long::longValue).toArray());
        case MERGE ->
            Merge.builder()
                .fragments(fragments(json.required("fragments")))
                .schema(Schema.fromJSON(json.required("schema").asText()))
                .build();
        case OVERWRITE ->
            Overwrite.builder()
                .fragments(List.of())
                .schema(Schema.fromJSON(json.required("schema").asText()))
                .build();
        default -> throw unreadable("unknown operation '" + json.path("op").asText() + "'", null);
      };
    } catch (IllegalArgumentException | IOException e) {
      throw unreadable(e.getMessage(), e);
    }
  }

  static List<StagedFile> files(RedoRecord redo) {
    List<StagedFile> files = new ArrayList<>();
    for (JsonNode file : redo.json().path("files")) {
      files.add(new StagedFile(file.path("path").asText(), file.path("size").asLong()));
    }
    return files;
  }

  private static ObjectNode fragment(FragmentMetadata fragment) {
    ObjectNode json = NODES.objectNode();
    json.put("id", fragment.getId());
    json.put("rows", fragment.getPhysicalRows());
    ArrayNode files = json.putArray("files");
    fragment.getFiles().forEach(file -> files.add(dataFile(file)));
    if (fragment.getDeletionFile() != null) {
      json.set("deletions", deletionFile(fragment.getDeletionFile()));
    }
    if (fragment.getRowIdMeta() != null) {
      json.put("row_ids", fragment.getRowIdMeta().getMetadata());
    }
    if (fragment.getCreatedAtVersionMeta() != null) {
      json.put("created_at", fragment.getCreatedAtVersionMeta().getMetadata());
    }
    if (fragment.getLastUpdatedAtVersionMeta() != null) {
      json.put("updated_at", fragment.getLastUpdatedAtVersionMeta().getMetadata());
    }
    return json;
  }

  private static ObjectNode dataFile(DataFile file) {
    ObjectNode json = NODES.objectNode();
    json.put("path", file.getPath());
    putInts(json.putArray("fields"), file.getFields());
    putInts(json.putArray("columns"), file.getColumnIndices());
    json.put("major", file.getFileMajorVersion());
    json.put("minor", file.getFileMinorVersion());
    if (file.getFileSizeBytes() != null) {
      json.put("size", file.getFileSizeBytes());
    }
    file.getBaseId().ifPresent(base -> json.put("base", base));
    return json;
  }

  private static ObjectNode deletionFile(DeletionFile file) {
    ObjectNode json = NODES.objectNode();
    json.put("id", file.getId());
    json.put("read_version", file.getReadVersion());
    if (file.getNumDeletedRows() != null) {
      json.put("rows", file.getNumDeletedRows());
    }
    if (file.getFileType() != null) {
      json.put("type", file.getFileType().name());
    }
    file.getBaseId().ifPresent(base -> json.put("base", base));
    return json;
  }

  private static List<FragmentMetadata> fragments(JsonNode array) {
    List<FragmentMetadata> fragments = new ArrayList<>();
    for (JsonNode json : array) {
      List<DataFile> files = new ArrayList<>();
      for (JsonNode file : json.required("files")) {
        files.add(
            new DataFile(
                file.required("path").asText(),
                ints(file.required("fields")),
                ints(file.required("columns")),
                file.required("major").asInt(),
                file.required("minor").asInt(),
                longOrNull(file.get("size")),
                intOrNull(file.get("base"))));
      }
      JsonNode rowIds = json.get("row_ids");
      fragments.add(
          new FragmentMetadata(
              json.required("id").asInt(),
              files,
              json.required("rows").asLong(),
              deletions(json.get("deletions")),
              rowIds == null ? null : new RowIdMeta(rowIds.asText()),
              versionMeta(json.get("created_at")),
              versionMeta(json.get("updated_at"))));
    }
    return fragments;
  }

  private static @Nullable DeletionFile deletions(@Nullable JsonNode json) {
    if (json == null) {
      return null;
    }
    JsonNode type = json.get("type");
    return new DeletionFile(
        json.required("id").asLong(),
        json.required("read_version").asLong(),
        longOrNull(json.get("rows")),
        type == null ? null : DeletionFileType.valueOf(type.asText()),
        intOrNull(json.get("base")));
  }

  private static @Nullable VersionMeta versionMeta(@Nullable JsonNode json) {
    return json == null ? null : new VersionMeta(json.asText());
  }

  private static void putInts(ArrayNode array, int[] values) {
    for (int value : values) {
      array.add(value);
    }
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  private static List<Long> longs(JsonNode array) {
    List<Long> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asLong()));
    return values;
  }

  private static @Nullable Long longOrNull(@Nullable JsonNode json) {
    return json == null ? null : json.asLong();
  }

  private static @Nullable Integer intOrNull(@Nullable JsonNode json) {
    return json == null ? null : json.asInt();
  }

  private static InternalException unreadable(@Nullable String reason, @Nullable Exception cause) {
    return new InternalException(
        "redo_record_unreadable", "a redo record cannot be read: " + reason, Map.of(), cause);
  }

  /** Kept here so that the mode is the same for fresh and rebuilt transactions. */
  static Optional<Update.UpdateMode> mode() {
    return Optional.of(Update.UpdateMode.RewriteRows);
  }
}
