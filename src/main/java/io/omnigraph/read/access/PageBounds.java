package io.omnigraph.read.access;

import org.jspecify.annotations.Nullable;

/**
 * One page of a result.
 *
 * @param size rows of the page, at least 1
 * @param delivered rows of the pages before, which count against the query's own limit
 * @param after where the page before ended; null for the first page
 */
public record PageBounds(int size, long delivered, @Nullable PageKey after) {}
