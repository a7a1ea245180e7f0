/**
 * HTTP: the route table, the order of checks, bounded bodies, answers with backpressure, and the
 * OpenAPI document generated from the same table. Runs on event loops and never blocks one. Start
 * reading at {@link io.omnigraph.server.http.Routes} and {@link
 * io.omnigraph.server.http.HttpVerticle}.
 */
@NullMarked
package io.omnigraph.server.http;

import org.jspecify.annotations.NullMarked;
