package io.omnigraph.server.bus;

/** Asks to bring the projection of one branch up to the log, whatever events were seen. */
public record AuditMessage(String graph, String branch) {}
