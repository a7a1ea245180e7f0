package io.omnigraph.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import java.util.Comparator;
import java.util.Map;

/**
 * One commit as the manifest stores it; {@code io.omnigraph.commit} gives the metadata its meaning.
 *
 * @param branch the graph branch it landed on
 * @param manifestVersion the manifest version it produced
 * @param carried copied here by a merge; ancestry only
 */
public record LineageRow(
    CommitId id, BranchName branch, long manifestVersion, ObjectNode metadata, boolean carried) {

  /** Order of the log: the version a commit produced, then its time, then its id. */
  public static final Comparator<LineageRow> LOG_ORDER =
      Comparator.comparingLong(LineageRow::manifestVersion)
          .thenComparingLong(LineageRow::createdAtMicros)
          .thenComparing(LineageRow::id);

  /** Microseconds since the epoch. */
  public long createdAtMicros() {
    return metadata.path("created_at").asLong();
  }

  static LineageRow decode(ManifestRow row, ObjectMapper json) {
    if (row.metadata() == null || row.tableVersion() == null) {
      throw new InternalException(
          "manifest_row_invalid",
          "the manifest row of commit '" + row.objectId() + "' has no metadata or no version",
          Map.of("object_id", row.objectId()));
    }
    BranchName branch = row.branchOrNull();
    try {
      return new LineageRow(
          new CommitId(row.objectId()),
          branch == null ? BranchName.MAIN : branch,
          row.tableVersion(),
          (ObjectNode) json.readTree(row.metadata()),
          row.objectType().equals(ManifestSchema.CARRIED));
    } catch (JsonProcessingException | ClassCastException e) {
      throw new InternalException(
          "manifest_row_invalid",
          "the metadata of commit '" + row.objectId() + "' is not a JSON object",
          Map.of("object_id", row.objectId()),
          e);
    }
  }
}
