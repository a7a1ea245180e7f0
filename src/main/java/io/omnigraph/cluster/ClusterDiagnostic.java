package io.omnigraph.cluster;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One finding of a cluster command.
 *
 * @param severity {@code error} or {@code warning}
 * @param path the file, key or resource it is about
 */
@JsonPropertyOrder({"code", "severity", "path", "message"})
public record ClusterDiagnostic(String code, String severity, String path, String message) {

  static ClusterDiagnostic error(String code, String path, String message) {
    return new ClusterDiagnostic(code, "error", path, message);
  }

  static ClusterDiagnostic warning(String code, String path, String message) {
    return new ClusterDiagnostic(code, "warning", path, message);
  }

  boolean isError() {
    return severity.equals("error");
  }

  /** {@code ERROR code path: message}. */
  String line() {
    return severity.toUpperCase(java.util.Locale.ROOT) + " " + code + " " + path + ": " + message;
  }
}
