package io.omnigraph.cluster;

import java.util.ArrayList;
import java.util.List;

/** Gathers what one command finds. Confined to that command. */
final class Findings {

  private final List<ClusterDiagnostic> all = new ArrayList<>();

  void error(String code, String path, String message) {
    all.add(ClusterDiagnostic.error(code, path, message));
  }

  void warning(String code, String path, String message) {
    all.add(ClusterDiagnostic.warning(code, path, message));
  }

  boolean hasErrors() {
    return all.stream().anyMatch(ClusterDiagnostic::isError);
  }

  List<ClusterDiagnostic> all() {
    return List.copyOf(all);
  }
}
