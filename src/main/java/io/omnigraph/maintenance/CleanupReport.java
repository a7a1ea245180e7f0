package io.omnigraph.maintenance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cleanup removed, or, of a preview, what it would look at.
 *
 * @param preview true if nothing was removed
 * @param tables one row per table in key order, the manifest as {@code __manifest} at the end
 */
public record CleanupReport(boolean preview, List<Table> tables) {

  public CleanupReport {
    tables = List.copyOf(tables);
  }

  /**
   * One table over all its branches.
   *
   * @param bytesRemoved bytes freed; 0 in a preview
   * @param versionsRemoved versions that are gone; in a preview, those beyond the policy, of which
   *     a branch may still need some
   * @param orphansRemoved table branches that no graph branch shows any more
   * @param error why part of it failed; the other tables were done all the same
   */
  public record Table(
      String tableKey,
      long bytesRemoved,
      long versionsRemoved,
      List<String> orphansRemoved,
      @Nullable String error) {
    public Table {
      orphansRemoved = List.copyOf(orphansRemoved);
    }
  }
}
