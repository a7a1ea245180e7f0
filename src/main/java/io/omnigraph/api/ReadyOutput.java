package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Whether the server answers for its graphs.
 *
 * @param status {@code ready}; {@code degraded} if some graphs cannot be served; {@code
 *     unavailable} if none can
 * @param serving how many graphs are served
 * @param quarantined how many cannot be
 * @param graphs those that cannot be; only shown to callers who may list graphs
 */
public record ReadyOutput(
    String status,
    int serving,
    int quarantined,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Quarantined> graphs) {

  public ReadyOutput {
    graphs = graphs == null ? List.of() : List.copyOf(graphs);
  }

  /** A graph that is not served, and why. */
  public record Quarantined(String graphId, String reason) {}
}
