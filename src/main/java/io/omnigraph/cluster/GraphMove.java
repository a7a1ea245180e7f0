package io.omnigraph.cluster;

/** What `apply` does to a graph itself. Each is done under a sidecar of its kind. */
enum GraphMove {
  CREATE(
      "graph",
      Change.Operation.CREATE,
      "graph_create",
      "graph_create_failed",
      "graph_create_skipped"),
  CHANGE_SCHEMA(
      "schema",
      Change.Operation.UPDATE,
      "schema_apply",
      "schema_apply_failed",
      "schema_apply_skipped");

  private final String resourceKind;
  private final Change.Operation operation;
  private final String sidecarKind;
  private final String failed;
  private final String skipped;

  GraphMove(
      String resourceKind,
      Change.Operation operation,
      String sidecarKind,
      String failed,
      String skipped) {
    this.resourceKind = resourceKind;
    this.operation = operation;
    this.sidecarKind = sidecarKind;
    this.failed = failed;
    this.skipped = skipped;
  }

  String sidecarKind() {
    return sidecarKind;
  }

  /** The code of the finding, and the reason of the change that is blocked by it. */
  String failed() {
    return failed;
  }

  /** The code of the finding where the move was not tried, since another one failed. */
  String skipped() {
    return skipped;
  }

  String address(String graph) {
    return switch (this) {
      case CREATE -> DesiredState.graphAddress(graph);
      case CHANGE_SCHEMA -> DesiredState.schemaAddress(graph);
    };
  }

  /** True if the change is about the resource that this moves. */
  boolean moves(Change change) {
    return change.kind().equals(resourceKind);
  }

  /** True if the change asks for this on the graph. */
  boolean asked(Change change, String graph) {
    return change.address().equals(address(graph))
        && change.operation() == operation
        && !change.isOpen();
  }
}
