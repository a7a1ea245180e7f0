package io.omnigraph.read.cache;

/**
 * What a cache holds and did.
 *
 * @param budgetBytes the most it may hold
 * @param heldBytes what it holds
 * @param entries number of entries
 * @param hits lookups answered from the cache
 * @param builds entries built from storage
 * @param advances entries derived from an older relative
 * @param evictions entries dropped for room
 * @param refusals builds refused because they would not fit
 */
public record CacheStatistics(
    long budgetBytes,
    long heldBytes,
    int entries,
    long hits,
    long builds,
    long advances,
    long evictions,
    long refusals) {}
