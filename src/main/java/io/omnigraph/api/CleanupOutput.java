package io.omnigraph.api;

import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a cleanup removed; all zeros if it only looked. */
public record CleanupOutput(
    String uri, @Nullable Integer keepVersions, @Nullable Long olderThanSecs, List<Table> tables) {

  /** One table; {@code error} if part of it failed. */
  public record Table(
      String tableKey, long bytesRemoved, long oldVersionsRemoved, @Nullable String error) {}

  public CleanupOutput {
    tables = List.copyOf(tables);
  }

  public static CleanupOutput of(String uri, CleanupPolicy policy, CleanupReport report) {
    return new CleanupOutput(
        uri,
        policy.keepVersions(),
        policy.olderThan() == null ? null : policy.olderThan().toSeconds(),
        report.tables().stream()
            .map(
                t ->
                    new Table(
                        t.tableKey(),
                        t.bytesRemoved(),
                        report.preview() ? 0 : t.versionsRemoved(),
                        t.error()))
            .toList());
  }
}
