package io.omnigraph.manifest;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The storage format version, stamped into the schema metadata of {@code __manifest}. Exactly one
 * version is served; a graph of another one is refused before anything else of it is read.
 */
public final class FormatStamp {

  /** The one version that this build reads and writes. */
  public static final int CURRENT = 4;

  static final String KEY = "omnigraph:internal_schema_version";

  private FormatStamp() {}

  static Map<String, String> metadata() {
    return Map.of(KEY, Integer.toString(CURRENT));
  }

  /**
   * Returns normally if the manifest has the current format.
   *
   * @throws BadRequestException if it has another or none
   */
  static void check(SnapshotHandle manifest) {
    String raw = manifest.schemaMetadata().get(KEY);
    if (raw == null) {
      if (manifest.schema().getFields().stream()
          .anyMatch(f -> f.getMetadata().containsKey(ManifestSchema.PRIMARY_KEY))) {
        throw refused(
            "internal_schema_missing",
            "the manifest has the current columns but no format stamp: an interrupted init or a"
                + " damaged graph; delete the incomplete graph and init again, or restore a backup",
            null);
      }
      throw tooOld(1);
    }
    int found;
    try {
      found = Integer.parseInt(raw.strip());
    } catch (NumberFormatException e) {
      throw refused(
          "internal_schema_invalid",
          "the manifest's format stamp '" + raw + "' is not a number; the graph is damaged",
          raw);
    }
    if (found > CURRENT) {
      throw refused(
          "internal_schema_too_new",
          "the graph has manifest v"
              + found
              + " but this build expects v"
              + CURRENT
              + "; upgrade omnigraph before opening it",
          raw);
    }
    if (found < CURRENT) {
      throw tooOld(found);
    }
  }

  private static BadRequestException tooOld(int found) {
    return refused(
        "internal_schema_too_old",
        "the graph has manifest v"
            + found
            + ", created by an older release; this build reads only v"
            + CURRENT
            + ". Export it with the old binary (`omnigraph export`), then run `omnigraph init` and"
            + " `omnigraph load --mode overwrite` with this one: rows, vectors and blobs are kept,"
            + " commit history and branches are not",
        Integer.toString(found));
  }

  private static BadRequestException refused(String code, String message, @Nullable String found) {
    return new BadRequestException(
        code,
        message,
        found == null ? Map.of("expected", CURRENT) : Map.of("found", found, "expected", CURRENT));
  }
}
