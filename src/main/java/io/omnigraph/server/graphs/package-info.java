/**
 * The graphs a server serves: opened from what a cluster applied, each with its stored queries and
 * its guard; those that cannot be opened are quarantined. Start reading at {@link
 * io.omnigraph.server.graphs.GraphRegistry}.
 */
@NullMarked
package io.omnigraph.server.graphs;

import org.jspecify.annotations.NullMarked;
