/**
 * The history of a graph: commits, the events that announce them, the ordered log read from the
 * manifest's lineage rows, and the commit graph folded from it. The log is the authority; the graph
 * and every event are projections that can be rebuilt at any time.
 */
@NullMarked
package io.omnigraph.commit;

import org.jspecify.annotations.NullMarked;
