package io.omnigraph.publish;

import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import java.util.Map;

/** A table is ahead of its published version and nothing explains it; the lane restores it. */
final class TableDriftException extends RecoveryRequiredException {

  private static final long serialVersionUID = 1L;

  TableDriftException(TableKey table, long published) {
    super(
        "table_drift",
        "table '" + table + "' moved beyond its published version " + published,
        Map.of("table_key", table.toString(), "published", published));
  }
}
