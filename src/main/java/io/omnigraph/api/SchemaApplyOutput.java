package io.omnigraph.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.schema.MigrationPlan;
import java.util.List;

/**
 * What came of applying a schema.
 *
 * @param applied false if the schema was in force already
 * @param manifestVersion of main, after the change
 * @param steps tagged objects in order
 */
public record SchemaApplyOutput(
    String uri,
    boolean supported,
    boolean applied,
    int stepCount,
    long manifestVersion,
    List<ObjectNode> steps) {

  public SchemaApplyOutput {
    steps = List.copyOf(steps);
  }

  static SchemaApplyOutput of(String uri, SchemaApplied applied) {
    MigrationPlan plan = applied.plan();
    return new SchemaApplyOutput(
        uri,
        plan.supported(),
        applied.applied(),
        plan.steps().size(),
        applied.manifestVersion(),
        SchemaPlanOutput.steps(plan));
  }
}
