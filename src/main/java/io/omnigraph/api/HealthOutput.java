package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /healthz}. */
public record HealthOutput(
    String status,
    String version,
    int internalSchemaVersion,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String sourceVersion) {}
