/**
 * The read language once more, written from its definition over plain collections and without
 * regard to speed: rows are the assignments of nodes and edges to variables under which every
 * clause holds. Knows nothing of the engine. Beside it, graphs and queries drawn at random.
 */
@NullMarked
package io.omnigraph.read.naive;

import org.jspecify.annotations.NullMarked;
