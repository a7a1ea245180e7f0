/**
 * Derived data under one byte budget: {@link io.omnigraph.read.cache.DerivedCache} builds each
 * entry once, keeps what was expensive per byte, and lends entries that cannot be evicted while
 * lent. Knows nothing of graphs.
 */
@NullMarked
package io.omnigraph.read.cache;

import org.jspecify.annotations.NullMarked;
