package io.omnigraph.api;

import io.omnigraph.query.registry.QueryCatalogEntry;
import java.util.List;

/** The stored queries of a graph with typed parameters, sorted by name. */
public record QueryCatalogOutput(List<QueryCatalogEntry> queries) {}
