/**
 * Tables as the engine keeps them in memory: ids and their ordinals ({@link
 * io.omnigraph.read.table.IdSpace}), which nodes are live in a version ({@link
 * io.omnigraph.read.table.NodeRows}), the edges of a version ({@link
 * io.omnigraph.read.table.EdgeRows}) and their adjacency lists ({@link
 * io.omnigraph.read.table.Adjacency}). Built from scans, advanced from an older version by what
 * changed between the two. Start reading at {@link io.omnigraph.read.table.TableCache}.
 */
@NullMarked
package io.omnigraph.read.table;

import org.jspecify.annotations.NullMarked;
