/**
 * Full-text tests and rankings over storage's searches: hits and scores by node ordinal, restricted
 * to the nodes that a query asks about. Never fewer matching rows than asked for because of a
 * missing, stale or approximate index. Start reading at {@link io.omnigraph.read.search.Ranker}.
 */
@NullMarked
package io.omnigraph.read.search;

import org.jspecify.annotations.NullMarked;
