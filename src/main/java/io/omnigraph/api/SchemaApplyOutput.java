package io.omnigraph.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
}
