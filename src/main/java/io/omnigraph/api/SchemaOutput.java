package io.omnigraph.api;

/** The accepted schema text. */
public record SchemaOutput(String schemaSource) {}
