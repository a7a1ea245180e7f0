package io.omnigraph.write;

/**
 * What a mutation did.
 *
 * @param affectedNodes inserted, updated and deleted nodes, counted per statement except that rows
 *     deleted by several statements count once
 * @param affectedEdges the same for edges, cascades included
 */
public record MutationCounts(long affectedNodes, long affectedEdges) {}
