/**
 * The server: verticles around the kernel, started from the ledger of a cluster. Start reading at
 * {@link io.omnigraph.server.OmniGraphServer}; the HTTP side is in {@code http}, the workers in
 * {@code work}, what travels between them in {@code bus}.
 */
@NullMarked
package io.omnigraph.server;

import org.jspecify.annotations.NullMarked;
