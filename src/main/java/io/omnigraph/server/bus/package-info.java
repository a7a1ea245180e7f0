/**
 * What travels on the event bus: immutable request and reply records passed by reference inside the
 * process, and commit events as JSON. Also the small bridge between Vert.x futures and Mutiny.
 * Arrow memory never travels here; a result is named by a cursor id. Start reading at {@link
 * io.omnigraph.server.bus.Addresses}.
 */
@NullMarked
package io.omnigraph.server.bus;

import org.jspecify.annotations.NullMarked;
