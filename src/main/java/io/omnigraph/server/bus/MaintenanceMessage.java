package io.omnigraph.server.bus;

/** Asks for background work now instead of at its next turn. */
public record MaintenanceMessage(Task task) {

  public enum Task {
    /** Ends results that no client has asked to continue for too long. */
    CLOSE_IDLE_CURSORS
  }
}
