/**
 * The worker verticles: each takes a message, runs one piece of blocking kernel work on its own
 * pool and answers. No worker ever waits for a client; a long result is a cursor that is pulled
 * batch by batch. Start reading at {@link io.omnigraph.server.work.QueryVerticle}.
 */
@NullMarked
package io.omnigraph.server.work;

import org.jspecify.annotations.NullMarked;
