package io.omnigraph.server.api;

/** The accepted schema text. */
public record SchemaOutput(String schemaSource) {}
