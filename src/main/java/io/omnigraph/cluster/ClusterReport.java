package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a cluster command has to say, for programs and for people.
 *
 * @param ok no finding is an error
 * @param json the documented object of the command
 * @param lines for a terminal; findings are not among them
 */
public record ClusterReport(
    boolean ok, ObjectNode json, List<String> lines, List<ClusterDiagnostic> diagnostics) {

  public ClusterReport {
    lines = List.copyOf(lines);
    diagnostics = List.copyOf(diagnostics);
  }

  /** {@code ERROR code path: message} for each finding. */
  public List<String> diagnosticLines() {
    return diagnostics.stream().map(ClusterDiagnostic::line).toList();
  }
}
