package io.omnigraph.model;

import java.util.Map;

/**
 * A table moved between the moment a strict operation read it and the moment it wanted to publish.
 * The caller refreshes and tries again.
 */
public final class ManifestConflictException extends ConflictException {

  private static final long serialVersionUID = 1L;

  private final String tableKey;
  private final long expected;
  private final long actual;

  public ManifestConflictException(TableKey table, long expected, long actual) {
    super(
        "manifest_conflict",
        "stale view of '%s': expected manifest table version %d but current is %d - refresh and retry"
            .formatted(table, expected, actual),
        Map.of("table_key", table.toString(), "expected", expected, "actual", actual));
    this.tableKey = table.toString();
    this.expected = expected;
    this.actual = actual;
  }

  public String tableKey() {
    return tableKey;
  }

  public long expected() {
    return expected;
  }

  public long actual() {
    return actual;
  }
}
