/**
 * Physical upkeep of a graph: which indices its schema asks for, building them, folding small
 * files. What is missing or stale here never changes an answer, only its speed. Everything is
 * published through the lane of the branch as a commit of kind maintenance. Start reading at {@link
 * io.omnigraph.maintenance.Upkeep}.
 */
@NullMarked
package io.omnigraph.maintenance;

import org.jspecify.annotations.NullMarked;
