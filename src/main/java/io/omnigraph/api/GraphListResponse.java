package io.omnigraph.api;

import java.util.List;

/** The healthy graphs of a server, sorted by id. */
public record GraphListResponse(List<GraphInfo> graphs) {

  /** One served graph. */
  public record GraphInfo(String graphId, String uri) {}
}
