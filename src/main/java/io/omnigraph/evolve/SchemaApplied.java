package io.omnigraph.evolve;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.schema.MigrationPlan;
import org.jspecify.annotations.Nullable;

/**
 * What came of applying a schema.
 *
 * @param manifestVersion of main, after the change if there was one
 * @param commit null if nothing had to change
 */
public record SchemaApplied(
    MigrationPlan plan, long manifestVersion, @Nullable GraphCommit commit) {

  /** False if the schema was in force already. */
  public boolean applied() {
    return commit != null;
  }
}
