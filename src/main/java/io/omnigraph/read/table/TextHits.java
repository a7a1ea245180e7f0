package io.omnigraph.read.table;

/**
 * Nodes that a full-text search found.
 *
 * @param ordinals of live nodes, each once, in no order
 * @param scores BM25, by the same index
 * @param count how many entries of both arrays are in use
 */
public record TextHits(int[] ordinals, float[] scores, int count) {}
