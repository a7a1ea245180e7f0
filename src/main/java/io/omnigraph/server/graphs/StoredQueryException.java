package io.omnigraph.server.graphs;

/** Stored queries of a graph do not fit its schema, so the graph is not served. */
public final class StoredQueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoredQueryException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
