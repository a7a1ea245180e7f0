package io.omnigraph.manifest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle.ManifestFile;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code __manifest}; every kind of row has its own factory. The reserved column {@code
 * base_objects} is always null and not represented.
 */
public record ManifestRow(
    String objectId,
    String objectType,
    @Nullable String location,
    @Nullable String metadata,
    String tableKey,
    @Nullable Long tableVersion,
    @Nullable String tableBranch,
    @Nullable Long rowCount) {

  /** Registers where a table lives. */
  public static ManifestRow table(TableKey key, String path) {
    return new ManifestRow(
        key.toString(), ManifestSchema.TABLE, path, null, key.toString(), null, null, null);
  }

  /** Makes one version of a table visible. */
  public static ManifestRow version(TableEntry entry, ManifestFile file) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("manifest_path", file.path());
    if (file.size() != null) {
      metadata.put("manifest_size", file.size());
    }
    if (file.etag() != null) {
      metadata.put("e_tag", file.etag());
    }
    metadata.put("naming_scheme", file.namingScheme());
    String key = entry.key().toString();
    return new ManifestRow(
        key + "$" + "%020d".formatted(entry.version()),
        ManifestSchema.VERSION,
        null,
        metadata.toString(),
        key,
        entry.version(),
        entry.tableBranch() == null ? null : entry.tableBranch().value(),
        entry.rowCount());
  }

  /** Hides every version of a table up to {@code version}. */
  public static ManifestRow tombstone(TableKey key, long version) {
    return new ManifestRow(
        key + "$tombstone$" + "%020d".formatted(version),
        ManifestSchema.TOMBSTONE,
        null,
        null,
        key.toString(),
        version,
        null,
        null);
  }

  /**
   * A commit of the lineage.
   *
   * @param carried true for ancestry copied from a merged branch, which never takes part in head
   *     resolution
   */
  public static ManifestRow commit(LineageRow row, boolean carried) {
    return new ManifestRow(
        row.id().value(),
        carried ? ManifestSchema.CARRIED : ManifestSchema.COMMIT,
        null,
        row.metadata().toString(),
        "",
        row.manifestVersion(),
        row.branch().isMain() ? null : row.branch().value(),
        null);
  }

  /**
   * @param history fragments that hold nothing but the past
   */
  static ManifestRow head(HeadRow head, Collection<Integer> history) {
    return new ManifestRow(
        head.objectId(),
        ManifestSchema.HEAD,
        null,
        head.metadata(history).toString(),
        "",
        null,
        null,
        null);
  }

  @Nullable BranchName branchOrNull() {
    return tableBranch == null ? null : new BranchName(tableBranch);
  }
}
