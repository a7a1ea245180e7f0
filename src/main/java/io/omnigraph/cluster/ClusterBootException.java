package io.omnigraph.cluster;

import java.util.List;
import java.util.stream.Collectors;

/** A cluster cannot be served as it is; the message lists why. */
public final class ClusterBootException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ClusterBootException(String cluster, List<ClusterDiagnostic> problems) {
    super(
        "the cluster at '"
            + cluster
            + "' is not ready to serve:"
            + problems.stream()
                .map(p -> "\n  [" + p.code() + "] " + p.path() + ": " + p.message())
                .collect(Collectors.joining()));
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
