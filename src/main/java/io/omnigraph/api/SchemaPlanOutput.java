package io.omnigraph.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
}
