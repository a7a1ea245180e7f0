/**
 * Checks recorded histories of concurrent clients: what they were told and what they saw must be
 * what one client after the other would have got. The checker knows nothing of the engine.
 */
@NullMarked
package io.omnigraph.history;

import org.jspecify.annotations.NullMarked;
