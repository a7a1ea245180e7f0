package io.omnigraph.manifest;

import io.omnigraph.storage.StagedWrite;
import java.util.List;

/**
 * A publish that is written but not committed.
 *
 * @param base the state it builds on
 * @param rows what it adds, without the head row
 */
public record StagedPublish(
    ManifestState base, StagedWrite write, List<ManifestRow> rows, HeadRow head) {
  public StagedPublish {
    rows = List.copyOf(rows);
  }
}
