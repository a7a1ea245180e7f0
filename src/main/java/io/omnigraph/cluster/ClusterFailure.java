package io.omnigraph.cluster;

/** Ends a command with one finding; the command reports it beside the others. */
final class ClusterFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ClusterDiagnostic diagnostic;

  ClusterFailure(String code, String path, String message) {
    super(message);
    this.diagnostic = ClusterDiagnostic.error(code, path, message);
  }

  ClusterFailure(String code, String path, String message, Throwable cause) {
    super(message, cause);
    this.diagnostic = ClusterDiagnostic.error(code, path, message);
  }

  ClusterDiagnostic diagnostic() {
    return diagnostic;
  }
}
