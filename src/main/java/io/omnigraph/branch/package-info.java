/**
 * Branches of a graph: creating, listing and deleting them. A graph branch is a native branch of
 * the manifest, so creating one is a single atomic step whatever the graph holds; its tables are
 * forked at their first write. Start reading at {@link io.omnigraph.branch.Branches}.
 */
@NullMarked
package io.omnigraph.branch;

import org.jspecify.annotations.NullMarked;
