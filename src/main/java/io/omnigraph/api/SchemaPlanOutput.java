package io.omnigraph.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.schema.MigrationPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * What applying a schema would do.
 *
 * @param steps tagged objects in order
 */
public record SchemaPlanOutput(
    String uri, boolean supported, int stepCount, List<ObjectNode> steps) {

  public SchemaPlanOutput {
    steps = List.copyOf(steps);
  }

  static SchemaPlanOutput of(String uri, MigrationPlan plan) {
    return new SchemaPlanOutput(uri, plan.supported(), plan.steps().size(), steps(plan));
  }

  static List<ObjectNode> steps(MigrationPlan plan) {
    List<ObjectNode> steps = new ArrayList<>();
    plan.toJson().get("steps").forEach(step -> steps.add((ObjectNode) step));
    return steps;
  }
}
