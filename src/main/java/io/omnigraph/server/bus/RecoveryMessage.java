package io.omnigraph.server.bus;

/** Asks to try opening the graphs again that could not be opened for a passing reason. */
public record RecoveryMessage() {}
